/** Prevents two drivers from writing to the same folder. */
package io.prumerge.lease;
