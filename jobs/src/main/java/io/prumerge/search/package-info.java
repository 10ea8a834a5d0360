/** Searches for the methods that are most accurate at their cost, rung by rung. */
package io.prumerge.search;
