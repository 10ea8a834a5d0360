/** Cuts between the layers of the decoder: evidence is taken, tokens go, caches move. */
package io.prumerge.model.cut;
