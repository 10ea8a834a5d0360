package io.prumerge.spark;

import io.prumerge.torch.ProcessSettings;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import scala.Option;

/** The settings of the Spark application that this process belongs to, if it does. */
public final class SparkSettings implements ProcessSettings {

  @Override
  public Optional<String> value(String name) {
    SparkEnv env = SparkEnv.get();
    Option<String> value = env == null ? Option.empty() : env.conf().getOption(name);
    return value.isEmpty() ? Optional.empty() : Optional.of(value.get());
  }
}
