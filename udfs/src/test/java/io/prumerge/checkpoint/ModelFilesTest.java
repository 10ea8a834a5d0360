package io.prumerge.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.checkpoint.ModelFiles.ReadFile;
import io.prumerge.config.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
class ModelFilesTest {

  private static final int BYTES = 3 << 20;

  @TempDir private Path folder;

  private Path weights;
  private Path settings;
  private FileTime time;

  @BeforeEach
  void write() throws IOException {
    weights = Files.write(folder.resolve("model.safetensors"), new byte[BYTES]);
    settings = Files.writeString(folder.resolve("config.json"), "{}");
    time = Files.getLastModifiedTime(weights);
  }

  private List<Path> paths() {
    return List.of(weights, settings);
  }

  private ModelFiles seen() throws IOException {
    return ModelFiles.of(paths());
  }

  private ModelFiles hashed() throws IOException {
    return seen().with(List.of(FileHashes.of(weights), FileHashes.of(settings)));
  }

  /** The same files as another machine sees them: by size, time and bytes alone. */
  private static ModelFiles elsewhere(ModelFiles files) {
    return new ModelFiles(
        files.files().stream()
            .map(
                file ->
                    new ReadFile(
                        file.name(),
                        new FileStat(
                            file.state().size(), file.state().modified(), 1, "another 7:7"),
                        file.beginning(),
                        file.sha256()))
            .toList());
  }

  private void overwrite(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at]++;
    Files.write(file, bytes);
  }

  private void assertSame(ModelFiles files) {
    assertThatCode(() -> files.requireSame("m", paths())).doesNotThrowAnyException();
  }

  private void assertChanged(ModelFiles files, String... texts) {
    assertThatThrownBy(() -> files.requireSame("m", paths()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("Cannot answer with m")
        .hasMessageContaining("by mv")
        .satisfies(
            e -> Arrays.stream(texts).forEach(text -> assertThat(e).hasMessageContaining(text)));
  }

  @Test
  void untouchedFilesAreTheSame() throws IOException {
    assertSame(seen());
    assertSame(hashed());
    assertSame(elsewhere(seen()));
    assertSame(elsewhere(hashed()));
    assertSame(ModelFiles.ANY);
  }

  @Test
  void anotherSizeIsSaid() throws IOException {
    for (ModelFiles files : List.of(seen(), hashed(), elsewhere(seen()), elsewhere(hashed()))) {
      Files.write(weights, new byte[BYTES / 3]);
      assertChanged(files, "model.safetensors had 3,145,728 bytes", "has 1,048,576 bytes");
      write();
    }
  }

  /** As tools do that restore times: of the same size, in place and replaced. */
  @Test
  void otherBytesOfTheSameSizeAndTimeAreFoundOnThisMachine() throws IOException {
    ModelFiles files = hashed();
    overwrite(weights, BYTES - 1);
    Files.setLastModifiedTime(weights, time);
    assertChanged(files, "model.safetensors", "others of that time");

    write();
    files = hashed();
    Path other = folder.resolve("other");
    Files.write(other, new byte[BYTES]);
    overwrite(other, BYTES - 1);
    Files.setLastModifiedTime(other, time);
    Files.move(other, weights, StandardCopyOption.REPLACE_EXISTING);
    assertChanged(files, "model.safetensors");
  }

  @Test
  void theFirstMebibyteIsComparedWhereNoHashIsKnown() throws IOException {
    for (ModelFiles files : List.of(seen(), elsewhere(seen()))) {
      overwrite(weights, 5);
      Files.setLastModifiedTime(weights, time);
      assertChanged(files, "model.safetensors");
      write();
      Files.setLastModifiedTime(weights, time);
    }
  }

  @Test
  void anotherEntryOfTheSameBytesIsTheSame() throws IOException {
    ModelFiles seen = seen();
    ModelFiles hashed = hashed();
    Path copy = Files.copy(weights, folder.resolve("copy"));
    Files.setLastModifiedTime(copy, time);
    Files.move(copy, weights, StandardCopyOption.REPLACE_EXISTING);
    assertSame(seen);
    assertSame(hashed);
    assertSame(elsewhere(hashed));

    Files.setLastModifiedTime(weights, FileTime.fromMillis(1_000_000_000_000L));
    assertSame(hashed);
    assertSame(elsewhere(hashed));
    assertChanged(seen);
  }

  @Test
  void aFileThatIsGoneOrNewIsSaid() throws IOException {
    ModelFiles files = hashed();
    Files.delete(weights);
    assertChanged(files, "model.safetensors cannot be looked at any more");
    write();
    assertThatThrownBy(() -> files.requireSame("m", List.of(weights)))
        .hasMessageContaining("its files were model.safetensors, config.json, and are model.saf");
  }
}
