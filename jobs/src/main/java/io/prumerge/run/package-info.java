/** Runs models over examples: chunks, attempts, commits, manifests and progress. */
package io.prumerge.run;
