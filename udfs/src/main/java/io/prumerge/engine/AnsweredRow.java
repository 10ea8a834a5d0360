package io.prumerge.engine;

import io.prumerge.cost.Share;
import io.prumerge.model.decoding.Generation;

/**
 * A question that was answered under one method and is not yet charged for.
 *
 * @param share of the generation, where it stands for several methods
 */
record AnsweredRow(EncodedQuestion asked, Branch branch, Generation generation, Share share) {}
