package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class SettingSourcesTest {

  private static byte[] written(Configuration hadoop) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    hadoop.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static Map<String, String> settings(Configuration hadoop) {
    Map<String, String> settings = new HashMap<>();
    hadoop.forEach(setting -> settings.put(setting.getKey(), setting.getValue()));
    return settings;
  }

  @Test
  void theSettingsStayAndAreWrittenWithoutTheirSources() throws IOException {
    Configuration whole = new Configuration();
    whole.set("mine", "${fs.defaultFS}/x");
    Configuration hadoop = new Configuration(whole);

    SettingSources.forget(hadoop);

    assertThat(settings(hadoop)).isEqualTo(settings(whole)).hasSizeGreaterThan(500);
    assertThat(hadoop.get("mine")).isEqualTo("file:////x");
    Configuration copy = new Configuration(hadoop); // as Spark makes one for each table
    assertThat(copy.getPropertySources("fs.defaultFS")).isNull();
    assertThat(written(copy).length).isLessThan(written(whole).length * 3 / 4);
    Configuration read = new Configuration(false);
    read.readFields(new DataInputStream(new ByteArrayInputStream(written(copy))));
    assertThat(settings(read)).isEqualTo(settings(whole));
  }
}
