/** Methods compared at equal budgets: ranks, agreement, and the best of all. */
package io.prumerge.leaderboard;
