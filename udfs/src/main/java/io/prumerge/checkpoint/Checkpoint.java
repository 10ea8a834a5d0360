package io.prumerge.checkpoint;

import java.nio.file.Path;
import java.util.SortedMap;

/** A LLaVA folder in the Hugging Face layout, opened and checked; no weight is read yet. */
public final class Checkpoint {
  private final Path folder;
  private final LlavaConfig config;
  private final GenerationDefaults generation;
  private final SortedMap<String, TensorEntry> tensors;

  private Checkpoint(
      Path folder,
      LlavaConfig config,
      GenerationDefaults generation,
      SortedMap<String, TensorEntry> tensors) {
    this.folder = folder;
    this.config = config;
    this.generation = generation;
    this.tensors = tensors;
  }

  /** Reads and checks everything but the weights themselves. */
  public static Checkpoint open(Path folder) {
    throw new UnsupportedOperationException(folder.toString());
  }

  public Path folder() {
    return folder;
  }

  public LlavaConfig config() {
    return config;
  }

  public GenerationDefaults generation() {
    return generation;
  }

  /** Every tensor by its canonical name; the head is absent where it is the embedding. */
  public SortedMap<String, TensorEntry> tensors() {
    return tensors;
  }

  /** The tensor of this canonical name, which must exist. */
  public TensorEntry tensor(String canonicalName) {
    throw new UnsupportedOperationException(canonicalName);
  }

  /** Size of all weight files together. */
  public long bytes() {
    throw new UnsupportedOperationException();
  }

  /** SHA-256 over the contents of the weight files, in hexadecimal digits. */
  public String digest() {
    throw new UnsupportedOperationException();
  }
}
