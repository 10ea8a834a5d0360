package io.prumerge.image;

/** How an image that is not square meets the tower's square input. */
public enum ImageAspect {
  /** As the checkpoint's own files say: pad where they ask for it, crop otherwise. */
  AUTO,
  /** Centred on a square of the mean colour (LLaVA's {@code image_aspect_ratio: pad}). */
  PAD,
  /** Short side resized, centre cropped (CLIP's and llava-hf's processor). */
  CROP
}
