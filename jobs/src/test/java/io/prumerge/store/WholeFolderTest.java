package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFolderTest {

  private static final String KILLED = ".report.01234567-89ab-cdef-0123-456789abcdef";

  @TempDir private Path temp;

  private void write(FolderWriter writer) throws IOException {
    org.apache.hadoop.fs.Path folder =
        new org.apache.hadoop.fs.Path(temp.resolve("report").toUri());
    WholeFolder.write(folder.getFileSystem(new Configuration()), folder, writer);
  }

  private void page(org.apache.hadoop.fs.Path folder) throws IOException {
    assertThat(temp.resolve("report")).doesNotExist();
    Path tables = Files.createDirectories(Path.of(folder.toUri()).resolve("tables"));
    Files.writeString(tables.resolve("page"), "whole");
  }

  private Stream<String> names() throws IOException {
    return Files.list(temp).map(file -> file.getFileName().toString());
  }

  @Test
  void aFolderIsThereWhenAllOfItIs() throws IOException {
    Files.createDirectories(temp.resolve(KILLED).resolve("half"));
    Files.writeString(temp.resolve(".report.txt"), "mine");

    write(this::page);

    assertThat(temp.resolve("report/tables/page")).hasContent("whole");
    assertThat(names()).as("no rest of a killed one").containsOnly("report", ".report.txt");
  }

  @Test
  void oneThatFailsLeavesNothing() throws IOException {
    assertThatThrownBy(
            () ->
                write(
                    folder -> {
                      page(folder);
                      throw new IOException("full");
                    }))
        .hasMessage("full");

    assertThat(names()).isEmpty();
    write(this::page);
  }

  @Test
  void whatAnotherWroteMeanwhileStays() throws IOException {
    assertThatThrownBy(
            () ->
                write(
                    folder -> {
                      page(folder);
                      Files.createDirectory(temp.resolve("report"));
                    }))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageEndingWith("report, which exists already");

    assertThat(names()).containsOnly("report");
    assertThat(temp.resolve("report")).isEmptyDirectory();
  }
}
