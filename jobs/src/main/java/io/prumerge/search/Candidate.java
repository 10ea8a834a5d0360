package io.prumerge.search;

import java.util.Optional;

/**
 * How a search ended for one candidate.
 *
 * @param rung the last one that it was in
 * @param point as measured there
 * @param better the comparison by which it was dropped; absent if it is left
 */
record Candidate(CandidateStatus status, int rung, RungPoint point, Optional<PointPair> better) {}
