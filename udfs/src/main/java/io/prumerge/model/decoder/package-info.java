/** The decoder's layers over the rows of many prompts at once: caches, positions, evidence. */
package io.prumerge.model.decoder;
