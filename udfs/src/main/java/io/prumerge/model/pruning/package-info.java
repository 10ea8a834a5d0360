/** Token pruning in the decoder: cuts between its layers, the evidence for them, and the caches. */
package io.prumerge.model.pruning;
