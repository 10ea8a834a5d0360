package io.prumerge.benchmark.file;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a file says that its questions are.
 *
 * @param named files, a folder of them, {@code hf:ORG/NAME}, or what Spark reads; as in the file
 * @param config folder of a data set with several configurations that is read, with {@value #SPLIT}
 *     for the split; empty = any
 * @param split that is read if none is asked for
 * @param encoding of data that are CSV or TSV
 * @param layouts forms of the data, the first that fits is read
 */
record QuestionData(
    List<LocatedText> named,
    Optional<String> config,
    String split,
    Charset encoding,
    List<DataLayout> layouts) {

  /** Stands for the split in names. */
  static final String SPLIT = "{split}";

  QuestionData {
    named = List.copyOf(named);
    layouts = List.copyOf(layouts);
  }

  /** Returns the folders that are read of a data set with several configurations. */
  List<String> configs(String asked) {
    return Stream.concat(
            config.stream(),
            layouts.stream()
                .flatMap(layout -> layout.rows().joins().stream())
                .flatMap(join -> join.config().stream()))
        .distinct()
        .map(one -> folder(one, asked))
        .toList();
  }

  /** Returns the name of a configuration's folder, in which a split's name may be. */
  static String folder(String config, String split) {
    return config.replace(SPLIT, split);
  }

  /** Returns the data and the folders of pictures. */
  Stream<LocatedText> places() {
    return Stream.concat(
        named.stream(), layouts.stream().flatMap(layout -> layout.images().stream()));
  }
}
