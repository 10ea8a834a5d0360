/** Figures of papers, model cards and leaderboards, as a user's file has them. */
package io.prumerge.published;
