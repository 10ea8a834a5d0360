/**
 * Turns pixels into the views that vision towers take, exactly as transformers' slow image
 * processors do: sizes, tilings, resizing; reads the settings of image processors. Which of these a
 * model has, its family says.
 */
package io.prumerge.image;
