package io.prumerge.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.reduction.MethodSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocationTest {

  @ParameterizedTest
  @CsvSource({
    "https://user:hunter2@judge.example/v1, https://***@judge.example/v1",
    "http://hunter2@judge.example/v1, http://***@judge.example/v1",
    "https://judge.example/v1?api_key=hunter2#x, https://judge.example/v1?***#x",
    "openai:https://a:hunter2@h/v1?k=hunter2#m, openai:https://***@h/v1?***#m",
    "ftp://h/x?key=hunter2, ftp://h/x?***",
    "s3a://AKIA:hunter2/with/slash@bucket/model+s3a://b/c, s3a://***@bucket/model+s3a://b/c",
    "ftp:/someone:hunter2@h/x, ftp:/***@h/x",
    "no such ftp://u:hunter2@h/x or ftp://:hunter2@h, no such ftp://***@h/x or ftp://***@h",
  })
  void hidesWhatMayBeASecret(String text, String shown) {
    assertThat(Location.shown(text)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/models/llava@1.5:b?",
        "hdfs://namenode:8020/user@home/model?",
        "abfs://container@account.dfs.core.windows.net/model",
        "http://host:8080",
        "is it a file? see https://host/v1",
      })
  void leavesTheRestAsItIs(String text) {
    assertThat(Location.shown(text)).isEqualTo(text);
    assertThat(Location.open(text)).isSameAs(text);
  }

  @Test
  void messagesAboutMethodsShowNone() {
    for (String method :
        List.of(
            "trim:clip=ftp://u:hunter2@h/x,tokens=-1",
            "trim:clip=ftp://u:hunter2@h/x,tokens=4,tokens=4",
            "trim:clip=ftp://u:hunter2@h/x,4",
            "script:ftp://u:hunter2@h/x",
            "random:seed=ftp://u:hunter2@h/x,tokens=4")) {
      assertThatIllegalArgumentException()
          .as(method)
          .isThrownBy(() -> MethodSpec.parse(method))
          .withMessageContaining("ftp://***@h/x")
          .withMessageNotContaining("hunter2");
    }
  }

  @Test
  void refusesAPasswordWithoutShowingIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Location.open("/base+s3a://AKIA:hunter2@bucket/adapter"))
        .withMessageStartingWith("Cannot use /base+s3a://***@bucket/adapter: ")
        .withMessageNotContaining("AKIA");
  }
}
