/**
 * Estimates FLOPs, bytes and least times from model dimensions and hardware data, for the command
 * {@code estimate}.
 */
package io.prumerge.estimate;
