/**
 * Methods that drop visual tokens between the decoder's layers, and the parameters they share.
 * Their default layers are those of the authors for the 32 layers of Vicuna-7B; a smaller decoder
 * needs others.
 */
package io.prumerge.reduction.decoder;
