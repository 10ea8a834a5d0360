package io.prumerge.finetune;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Optionals;
import io.prumerge.settings.ModelJobSettings;
import io.prumerge.torch.Precision;
import java.util.List;
import picocli.CommandLine.Option;

/** The values of {@link FinetuneOptions} that are given, as {@link ModelJobSettings} says. */
public class FinetuneSettings extends ModelJobSettings {

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "A checkpoint's folder without an adapter, or hf:ORG/NAME[@REV]. Required without"
              + " --sweep.")
  @JsonProperty
  String model;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = "Conversations: a JSON array in LLaVA's form. Required without --sweep.")
  @JsonProperty
  String data;

  @Option(
      names = "--images",
      arity = "1..*",
      paramLabel = "DIR",
      description =
          "Folder that the rows' images are relative to, and folders that links in it may lead to."
              + " Required without --sweep.")
  @JsonProperty
  List<String> images = List.of();

  @Option(
      names = "--adapter-dtype",
      paramLabel = "fp32|bf16|fp16",
      description =
          "Type of the adapter's values in its file; default fp32. They are trained in fp32.")
  @JsonProperty("adapter_dtype")
  Precision stored = Precision.FP32;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Read no more than the first N rows of the data.")
  @JsonProperty
  Long rows;

  @Option(
      names = "--skip-broken",
      description =
          "Leave out rows that cannot be trained on, and list them in a table; otherwise they"
              + " prevent the training.")
  @JsonProperty
  Boolean skipBroken = false;

  @Option(
      names = "--checkpoint-steps",
      paramLabel = "N",
      description = "Steps between two checkpoints; default ${DEFAULT-VALUE}.")
  @JsonProperty
  Integer checkpointSteps = 100;

  /** 8 GiB: a hundred thousand images of LLaVA-1.5 with 20 tokens each. */
  @Option(
      names = "--keep-tokens-gb",
      paramLabel = "N",
      description =
          "Disk of each host for visual tokens, so that an image is encoded once; default"
              + " ${DEFAULT-VALUE}.")
  int keptGigabytes = 8;

  @Option(
      names = "--devices",
      paramLabel = "N",
      description = "Devices that take each step together; default ${DEFAULT-VALUE}.")
  int devices = 1;

  /**
   * Returns the options that are given here, with defaults for the others.
   *
   * @throws UsageException if a setting is missing or out of range
   */
  public final FinetuneOptions options() {
    if (keptGigabytes < 0) {
      throw new UsageException(
          Wording.of("%s must be at least 0, it is %d", Setting.KEEP_TOKENS_GB, keptGigabytes));
    }
    return new FinetuneOptions(
        model,
        new TrainingData(data, images, Optionals.ofNullable(rows), skipBroken),
        modelOptions(),
        new AdapterStorage(stored, checkpointSteps, (long) keptGigabytes << 30),
        devices);
  }
}
