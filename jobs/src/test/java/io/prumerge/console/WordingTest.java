package io.prumerge.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.source.DataException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

class WordingTest {

  @Test
  void namesASettingAsCodeDoesOrAsTheCommandLineDoes() {
    Wording wording =
        Wording.of("%s must be between 0 and 1 but is %s", Setting.MAX_ERROR_RATE, 2.0);

    assertThat(wording.inCode()).isEqualTo("maxErrorRate must be between 0 and 1 but is 2.0");
    assertThat(wording.onCommandLine())
        .isEqualTo("--max-error-rate must be between 0 and 1 but is 2.0");
  }

  @Test
  void leavesValuesAsTheyAre() {
    String folder = "/a/%s {resume} maxErrorRate --output";
    Wording wording = Wording.of("%s %s does not exist", Setting.OUTPUT, folder);

    assertThat(wording.inCode()).isEqualTo("output " + folder + " does not exist");
    assertThat(wording.onCommandLine()).isEqualTo("--output " + folder + " does not exist");
    assertThat(Wording.plain(folder).onCommandLine()).isEqualTo(folder);
  }

  @Test
  void aWordingInsideAnotherIsWordedToo() {
    Wording inner = Wording.of("go on with %s", Setting.RESUME);

    assertThat(Wording.of("%s is there; %s", "a", inner))
        .isEqualTo(new Wording("a is there; go on with resume", "a is there; go on with --resume"));
  }

  @Test
  void anErrorSaysItInCodeAndProblemsOnTheCommandLine() {
    UsageException error =
        new UsageException(Wording.of("%s must be at least 1, it is 0", Setting.LIMIT));

    assertThat(error).hasMessage("limit must be at least 1, it is 0");
    assertThat(Problems.line(error)).isEqualTo("--limit must be at least 1, it is 0");
  }

  /** Executors throw such errors and send them to the driver. */
  @Test
  void anErrorKeepsItsWordsOnTheWayFromAnExecutor() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new DataException(Wording.of("give %s", Setting.SOURCE)));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(Problems.line((DataException) in.readObject())).isEqualTo("give --source");
    }
  }
}
