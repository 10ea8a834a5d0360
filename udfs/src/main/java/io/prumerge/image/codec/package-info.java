/**
 * Decodes encoded images into RGB pixels, exactly as Pillow does and within size limits; says of a
 * file that cannot be decoded what is wrong with it.
 */
package io.prumerge.image.codec;
