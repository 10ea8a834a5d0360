package io.prumerge.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
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
  void hiddenFoldersAndFilesAreNotFound() throws IOException {
    for (String hidden : List.of(".thumbnails", "_temporary", "Images._COPYING_")) {
      Reading.write(Files.createDirectory(folder.resolve(hidden)), "a.png", "hidden");
    }
    Path shown = Reading.write(Files.createDirectory(folder.resolve("images")), "a.png", "shown");
    Reading.write(folder, "._a.json", "a system's");

    assertThat(files(folder, "a.png"))
        .extracting(file -> Path.of(file.toUri()).toRealPath())
        .containsExactly(shown.toRealPath());
    assertThat(Reading.source(folder).folderWith(List.of("a.png")).orElseThrow().getName())
        .isEqualTo("images");
    assertThat(Reading.source(folder).within(".png", 2)).hasSize(1);
    assertThat(Reading.source(folder).matching("", ".json", "images")).isEmpty();
    assertThat(files(folder.resolve(".thumbnails"), "a.png")).hasSize(1);
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

  @Test
  void anotherFormOfUnicodeIsNamed() throws IOException {
    Path there = Files.createDirectory(folder.resolve("pictures"));
    Reading.write(there, "cafe\u0301.png", "a"); // as macOS stores it

    assertThatThrownBy(() -> files(there, "caf\u00e9.png"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("pictures/cafe\u0301.png differs from it in Unicode's form alone")
        .hasMessageContaining("(NFD there, NFC here), so rename one");
    assertThatThrownBy(() -> files(there, "cafe.png")).hasMessageNotContaining("Unicode");
  }

  private static List<String> states(Path given) throws IOException {
    return Reading.source(given).changedAfter(-1).stream()
        .map(file -> file.getPath().toString().replaceFirst(".*/given/", ""))
        .toList();
  }

  @Test
  void theDigestOfStatesTellsFilesApart() throws IOException {
    Path a = Reading.write(Files.createDirectory(folder.resolve("one")), "a.png", "a");
    Path b = Reading.write(Files.createDirectory(folder.resolve("two")), "b.png", "bbbb");
    Path c = Reading.write(folder.resolve("two"), "c.png", "ccc");
    String all = Reading.source(a, b, c).states(file -> false).sha256();

    assertThat(all).matches("[0-9a-f]{64}");
    assertThat(Reading.source(b, c, a).states(file -> false).sha256()).isEqualTo(all);
    assertThat(Reading.source(a.getParent(), b.getParent()).states(file -> false).sha256())
        .isEqualTo(all);
    assertThat(Reading.source(a, b).states(file -> false).sha256())
        .isNotEqualTo(all)
        .isEqualTo(Reading.source(a, b, c).states(file -> file.getName().equals("c.png")).sha256());
    assertThat(Reading.source().states(file -> false).sha256()).isEqualTo("0".repeat(64));
    FileTime time = Files.getLastModifiedTime(b);
    Files.writeString(b, Files.readString(c));
    Files.writeString(c, "bbbb\n");
    Files.setLastModifiedTime(b, Files.getLastModifiedTime(a));
    Files.setLastModifiedTime(c, time);
    assertThat(Reading.source(a, b, c).states(file -> false).sha256())
        .as("two files' states exchanged")
        .isNotEqualTo(all);
  }

  @Test
  void bytesOfAFewFilesCountAndTimesDoNot() throws IOException {
    Path table = Reading.write(folder, "d.csv", "Is it a cat?,yes");
    FileStates before = Reading.source(table).states(file -> false).read();
    assertThat(before.unread()).isEmpty();

    Files.setLastModifiedTime(table, FileTime.fromMillis(0));
    assertThat(Reading.source(table).states(file -> false).read().sha256())
        .isEqualTo(before.sha256());
    Reading.write(folder, "d.csv", "Is it a cow?,no ");
    Files.setLastModifiedTime(table, FileTime.fromMillis(0));
    assertThat(Reading.source(table).states(file -> false).read().sha256())
        .as("length and time are those of before")
        .isNotEqualTo(before.sha256());
  }

  /** Of a thousand pictures and one more none is read, and the table beside them is. */
  @Test
  void manyFilesGoByLengthAndTimeWhichIsSaid() throws IOException {
    Path many = Files.createDirectory(folder.resolve("many"));
    for (int i = 0; i < 1001; i++) {
      Files.createFile(many.resolve(i + ".JPG"));
    }
    Path table = Reading.write(many, "d.csv", "yes");
    FileStates states = Reading.source(many).states(file -> false).read();
    assertThat(states.unread())
        .hasValue(
            "Taken as unchanged by length and time alone, too many or too large to hash: 1,001"
                + " files (.jpg), 0 MiB");

    Files.setLastModifiedTime(table, FileTime.fromMillis(0));
    assertThat(Reading.source(many).states(file -> false).read().sha256())
        .isEqualTo(states.sha256());
    Files.setLastModifiedTime(many.resolve("7.JPG"), FileTime.fromMillis(0));
    assertThat(Reading.source(many).states(file -> false).read().sha256())
        .isNotEqualTo(states.sha256());
    Files.delete(many.resolve("7.JPG"));
    assertThat(Reading.source(many).states(file -> false).read().unread()).isEmpty();
  }

  /** A file that went away is not to be read, as one of another user is not. */
  @Test
  void whyAFileIsNotReadIsSaid() throws IOException {
    Path table = Reading.write(folder, "d.csv", "Is it a cat?,yes");
    SourceFiles source = Reading.source(table, Reading.write(folder, "e.csv", "yes"));
    FileStates states = source.states(file -> false);
    Files.delete(table);

    assertThat(states.read().unread())
        .hasValueSatisfying(
            said ->
                assertThat(said)
                    .startsWith("Taken as unchanged by length and time alone, unreadable (File ")
                    .contains("d.csv does not exist")
                    .endsWith("): 1 file (.csv), 0 MiB"));
    assertThat(states.sha256())
        .isNotEqualTo(Reading.source(folder).states(file -> false).read().sha256());
  }

  /** A loop, the whole host, a folder beside, a link to a link, and one that leads nowhere. */
  @Test
  void linksToFoldersAreNotLookedInto() throws IOException {
    Path given = Files.createDirectory(folder.resolve("given"));
    Path beside = Files.createDirectory(folder.resolve("beside"));
    Reading.write(beside, "secret.png", "s");
    Reading.write(Files.createDirectory(given.resolve("sub")), "a.png", "a");
    Files.createSymbolicLink(given.resolve("sub/loop"), given);
    Files.createSymbolicLink(given.resolve("sub/host"), Path.of("/"));
    Files.createSymbolicLink(given.resolve("beside"), Path.of("../beside"));
    Files.createSymbolicLink(given.resolve("again"), given.resolve("beside"));
    Files.createSymbolicLink(given.resolve("nowhere"), Path.of("none"));

    assertThat(states(given)).containsExactly("sub/a.png");
    assertThat(Reading.source(given).within(".png", 9)).hasSize(1);
    assertThatThrownBy(() -> Reading.source(given).imageFolder(List.of("secret.png")))
        .hasMessageContaining("(links to folders are not followed, such as ")
        .hasMessageContaining("give the folder itself)");
  }

  @Test
  void linksToFilesAndGivenLinksAreFollowed() throws IOException {
    Path blobs = Files.createDirectory(folder.resolve("blobs"));
    Path given = Files.createDirectory(folder.resolve("given"));
    Reading.write(blobs, "0123", "a");
    Files.createSymbolicLink(given.resolve("a.png"), Path.of("../blobs/0123"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), given);

    assertThat(states(given)).containsExactly("a.png");
    assertThat(states(link)).hasSize(1);
    assertThat(Reading.source(link).imageFolder(List.of("a.png")).path()).contains("/link");
    assertThat(Reading.source(link).within(".png", 0)).hasSize(1);
  }
}
