package io.prumerge.leaderboard;

import java.io.Serializable;

/**
 * @param members one method per line, without the baseline
 * @param control the method that tells easy questions from hard ones, or {@link RunMethods#NONE}
 * @param scored all methods of the group, each seed and the baseline too
 */
record MethodGroup(String budget, int[] members, int control, int[] scored)
    implements Serializable {}
