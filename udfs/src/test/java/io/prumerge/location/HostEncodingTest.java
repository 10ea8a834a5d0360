package io.prumerge.location;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class HostEncodingTest {

  @Test
  void refusesWhatAnotherEncodingWouldLose() {
    for (String encoding : new String[] {"ANSI_X3.4-1968", "ISO-8859-1"}) {
      assertThatCode(() -> HostEncoding.require("cafe.png", encoding)).doesNotThrowAnyException();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> HostEncoding.require("café.png", encoding))
          .withMessageStartingWith("Cannot look for the file 'café.png': this JVM names files in ")
          .withMessageContaining(encoding)
          .withMessageContaining("LC_ALL=C.UTF-8");
    }
    assertThatCode(() -> HostEncoding.require("café.png", "UTF-8")).doesNotThrowAnyException();
  }
}
