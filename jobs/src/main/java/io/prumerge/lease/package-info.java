/** Prevents two drivers from writing to the same run's folder. */
package io.prumerge.run.lease;
