package io.prumerge.image.processor;

/** How an image that is not square is fitted to the tower's input. */
public enum ImageAspect {
  /**
   * What the checkpoint is made for, tiles, stretched or native; pad if its files ask for it; else
   * crop.
   */
  AUTO,
  /** Centred on a square of the mean colour (LLaVA's {@code image_aspect_ratio: pad}). */
  PAD,
  /** Short side resized, centre cropped (CLIP's and llava-hf's processor). */
  CROP,
  /**
   * Whole, whatever its aspect, and in tiles of its resolution (LLaVA-NeXT's {@code
   * image_aspect_ratio: anyres}).
   */
  ANYRES,
  /** Whole, resized to a square whatever its aspect (InstructBLIP's and BLIP-2's processor). */
  STRETCH,
  /** Whole, at about its own size and aspect (Qwen2-VL's processor). */
  NATIVE
}
