/**
 * Continuous batching: which questions go into which pass of the decoder, and what becomes of them
 * when a pass fails.
 */
package io.prumerge.generation;
