package io.prumerge.benchmark.file;

import io.prumerge.source.SplitFiles;
import java.util.Optional;

/**
 * Which files have a {@link DataLayout}.
 *
 * @param named those of these names; empty = tables that have its columns, whatever their names
 * @param split the one of tables that is read if none is asked for; empty = the benchmark's;
 *     {@value #ALL} = all, where there is no table of that, whatever is asked for
 */
record LayoutFiles(Optional<SplitFiles> named, Optional<String> split) {

  static final String ALL = "*";
}
