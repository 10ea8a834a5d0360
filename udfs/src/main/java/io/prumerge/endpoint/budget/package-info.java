/** Budgets of visual tokens that a server is asked for: what it counts, beside what it should. */
package io.prumerge.endpoint.budget;
