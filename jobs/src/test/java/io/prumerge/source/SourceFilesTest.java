package io.prumerge.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceFilesTest {

  @TempDir private Path folder;

  private List<org.apache.hadoop.fs.Path> files(Path given, String name) throws IOException {
    return Reading.source(given).imageFolder(List.of(name)).files(name, Reading.HADOOP);
  }

  @Test
  void aNameMayBeginWithTheFolderItself() throws IOException {
    Path documents = Files.createDirectory(folder.resolve("documents"));
    Path picture = Reading.write(documents, "a.png", "a");

    for (Path given : List.of(folder, documents)) {
      assertThat(files(given, "documents/a.png"))
          .extracting(file -> Path.of(file.toUri()).toRealPath())
          .as("in %s", given)
          .containsExactly(picture.toRealPath());
    }
  }

  @Test
  void whatLiesInTheFolderGoesFirst() throws IOException {
    Path documents = Files.createDirectory(folder.resolve("documents"));
    Reading.write(documents, "a.png", "outer");
    Path inner = Reading.write(documents, "documents/a.png", "inner");

    assertThat(files(documents, "documents/a.png"))
        .extracting(file -> Path.of(file.toUri()).toRealPath())
        .containsExactly(inner.toRealPath());
  }

  @Test
  void anotherFolderOfThisBeginningIsNotIt() throws IOException {
    Path documents = Files.createDirectory(folder.resolve("documents"));
    Reading.write(documents, "a.png", "a");

    for (String name : List.of("documents2/a.png", "other/a.png", "document/a.png")) {
      assertThatThrownBy(() -> files(documents, name))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("None of the first 1 images");
    }
  }
}
