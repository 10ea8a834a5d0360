/** Cache of answers that runs share. */
package io.prumerge.run.cache;
