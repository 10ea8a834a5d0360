/**
 * Turns encoded images into the pixels that CLIP expects, exactly as Pillow does and within size
 * limits. It uses no other package.
 */
package io.prumerge.image;
