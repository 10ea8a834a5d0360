/** Runs models over examples: chunks, attempts, commits, manifests, progress. */
package io.prumerge.run;
