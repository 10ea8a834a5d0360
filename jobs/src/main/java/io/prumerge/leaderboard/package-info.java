/** Methods beside each other at equal budgets: ranks, agreement, and the best of all. */
package io.prumerge.leaderboard;
