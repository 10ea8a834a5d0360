/**
 * Turns encoded images into the pixels that vision towers take, exactly as Pillow and transformers'
 * slow image processors do and within size limits; reads the settings of image processors. Which of
 * these a model has, its family says.
 */
package io.prumerge.image;
