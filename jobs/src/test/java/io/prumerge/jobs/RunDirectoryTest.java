package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.report.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {

  static final RunConfiguration CONFIGURATION =
      new RunConfiguration(
          "file:/m/llava",
          List.of("file:/e"),
          List.of("none", "prumerge"),
          "cpu",
          "fp32",
          "auto",
          "vicuna_v1",
          0,
          0,
          "c",
          "t",
          "w",
          "e",
          "p");

  @TempDir private java.nio.file.Path folder;

  private RunDirectory directory;

  @BeforeEach
  void open() throws IOException {
    Path root = new Path(folder.resolve("run").toUri());
    directory = new RunDirectory(root, root.getFileSystem(new Configuration()));
  }

  @Test
  void goesFromAbsentToFinished() throws IOException {
    assertThat(directory.state()).isEqualTo(RunDirectory.State.ABSENT);

    Manifests manifest = Manifests.begin(2, List.of(CONFIGURATION));
    directory.begin(manifest);
    assertThat(directory.state()).isEqualTo(RunDirectory.State.UNFINISHED);
    assertThat(directory.manifests()).isEqualTo(manifest);
    assertThat(Files.readString(folder.resolve("run/manifest.json")))
        .contains("\"run_id\" : \"" + manifest.ids(), "\"image_aspect\" : \"auto\"");

    Manifests two = Manifests.begin(2, List.of(CONFIGURATION, CONFIGURATION));
    Path other = new Path(folder.resolve("two").toUri());
    RunDirectory several = new RunDirectory(other, other.getFileSystem(new Configuration()));
    several.begin(two);
    assertThat(several.manifests()).as("a run per model").isEqualTo(two);

    assertThat(directory.committed()).isEmpty();
    Path lost = directory.attempt(1);
    Path attempt = directory.attempt(1);
    assertThat(attempt).isNotEqualTo(lost);
    directory.commit(1, attempt);
    assertThat(directory.committed()).containsOnlyKeys(1).containsValue(attempt);

    directory.complete();
    assertThat(directory.state()).isEqualTo(RunDirectory.State.FINISHED);
  }

  @Test
  void ofTwoAttemptsAtAChunkTheFirstMarkerStands() throws IOException {
    Path first = made(directory.attempt(0));
    Path second = made(directory.attempt(0));
    directory.commit(0, first);

    directory.commit(0, second);
    directory.commit(0, first);

    assertThat(directory.committed()).containsOnlyKeys(0).containsValue(first);
    assertThat(folder.resolve("run/_chunks").toFile().list())
        .as("neither the attempt that came second nor a temporary file is left")
        .containsExactlyInAnyOrder(
            first.getName(), "committed-00000.json", ".committed-00000.json.crc");
  }

  private static Path made(Path attempt) throws IOException {
    Files.createDirectories(java.nio.file.Path.of(attempt.toUri()));
    return attempt;
  }

  @Test
  void isBegunOnce() throws IOException {
    directory.begin(Manifests.begin(1, List.of(CONFIGURATION)));

    assertThatThrownBy(() -> directory.begin(Manifests.begin(1, List.of(CONFIGURATION))))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("is another run writing to this folder?");
  }

  @Test
  void knowsAFolderThatIsNoRunAndATruncatedManifest() throws IOException {
    Files.createDirectories(folder.resolve("run"));
    assertThat(directory.state()).as("empty").isEqualTo(RunDirectory.State.ABSENT);
    directory.leases().write(LeaseHolder.here("app-1"));
    Files.writeString(folder.resolve("run/.manifest.json.0a1b"), "{\"run_id");
    assertThat(directory.state())
        .as("of a driver that died as it began")
        .isEqualTo(RunDirectory.State.ABSENT);

    Files.writeString(folder.resolve("run/notes.txt"), "mine");
    assertThat(directory.state()).isEqualTo(RunDirectory.State.FOREIGN);

    Files.writeString(folder.resolve("run/manifest.json"), "{\"run_id\": \"x");
    assertThatThrownBy(() -> directory.manifests())
        .isInstanceOf(Failure.class)
        .hasMessageContaining("manifest.json");
  }

  @Test
  void clearsOnlyWhatItCanMakeAgain() throws IOException {
    directory.begin(Manifests.begin(1, List.of(CONFIGURATION)));
    for (Table table : List.of(Table.PREDICTIONS, Table.SCORES, Table.METRICS)) {
      Files.createDirectories(java.nio.file.Path.of(new Path(directory.table(table)).toUri()));
    }

    directory.clearTables();

    assertThat(folder.resolve("run/predictions")).doesNotExist();
    assertThat(folder.resolve("run/report")).doesNotExist();
    assertThat(folder.resolve("run/manifest.json")).exists();
  }

  @Test
  void namesEveryDifferenceOfAConfiguration() {
    RunConfiguration other =
        new RunConfiguration(
            "file:/m/llava",
            List.of("file:/e"),
            List.of("none"),
            "cpu",
            "bf16",
            "auto",
            "vicuna_v1",
            0,
            0,
            "c",
            "t",
            "w",
            "e",
            "p");

    assertThat(CONFIGURATION.differences(CONFIGURATION)).isEmpty();
    assertThat(CONFIGURATION.differences(other))
        .isEqualTo("methods was [none, prumerge], is now [none]; dtype was fp32, is now bf16");
  }
}
