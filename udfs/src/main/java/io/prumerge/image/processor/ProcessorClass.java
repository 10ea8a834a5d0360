package io.prumerge.image.processor;

import java.util.Set;
import java.util.function.Function;

/**
 * A class of image processors that a checkpoint's file may name.
 *
 * @param names by which files name it, as {@code CLIPImageProcessor}
 * @param unnamed whether files that name no class have it
 * @param reader reads the settings of a file, with this class's defaults; it throws an {@link
 *     IllegalArgumentException} where a value is not usable
 */
public record ProcessorClass<T>(
    Set<String> names, boolean unnamed, Function<PreprocessorFile, T> reader) {

  public ProcessorClass {
    names = Set.copyOf(names);
  }

  /** A class that files have to name. */
  public ProcessorClass(Set<String> names, Function<PreprocessorFile, T> reader) {
    this(names, false, reader);
  }
}
