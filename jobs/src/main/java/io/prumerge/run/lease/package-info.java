/** Keeps a second driver out of a run's folder. */
package io.prumerge.run.lease;
