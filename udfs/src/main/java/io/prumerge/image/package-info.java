/** Views of images and videos: their grids of patches, their pixels, and how pixels are resized. */
package io.prumerge.image;
