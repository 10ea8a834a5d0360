/** Budgets of visual tokens that a server is asked for. */
package io.prumerge.reduction.server;
