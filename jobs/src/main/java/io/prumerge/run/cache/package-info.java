/** Answers that runs leave for others. */
package io.prumerge.run.cache;
