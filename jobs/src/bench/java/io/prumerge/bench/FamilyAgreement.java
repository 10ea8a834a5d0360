package io.prumerge.bench;

import io.prumerge.engine.Answer;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.Question;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The tests' smallest checkpoint of each family on the device and on the processor: tiles, windows,
 * queries, cross-attention, other decoders, cuts. Compares the logits of each prompt's last
 * position, and answers without reduction, under a method before the decoder and one within. In
 * half precision a GPU has its pool of caches and its own attention.
 */
final class FamilyAgreement implements Section {

  private static final List<String> FAMILIES =
      List.of(
          "layouts/hf",
          "opt/llava",
          "families/next",
          "families/next-mistral",
          "families/shikra",
          "tiles/next",
          "onevision/tied",
          "intern/small",
          "intern/chat",
          "qwen/qwen2_vl/tied",
          "qwen/qwen2_5_vl/tied",
          "qwen3/tied",
          "smol/first",
          "smol/second",
          "idefics/base",
          "idefics/instruct",
          "queries/blip2",
          "queries/instructblip",
          "opt/blip2");
  // Of those that do not say how they were asked in training.
  private static final Map<String, String> TEMPLATES = Map.of("opt/llava", "plain");
  private static final List<String> PICTURES = List.of("photo.png", "wide.png", "jpeg-420.jpg");
  private static final List<String> QUESTIONS =
      List.of("Is there a dog in the image?", "What colour is the cup?");
  private static final int NEW_TOKENS = 12;
  private static final List<MethodSpec> METHODS =
      Stream.of("none", "random:tokens=50%", "fastv:layer=1,ratio=0.5")
          .map(MethodSpec::parse)
          .toList();
  private static final double SAME_LOGITS = 1e-4;

  /** What a checkpoint of one family says. */
  private record Family(List<Said> answers, float[] logits) {}

  @Override
  public String name() {
    return "families";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    for (DtypeChoice dtype : List.of(DtypeChoice.FP32, DtypeChoice.BF16)) {
      boolean exact = dtype == DtypeChoice.FP32;
      List<String> different = new ArrayList<>();
      Samples distances = new Samples();
      int equal = 0;
      int count = 0;
      long refused = 0;
      String farthest = "";
      for (String name : FAMILIES) {
        Family there = processor(setting, name, dtype);
        Family here = ask(setting, name, dtype, setting.device());
        double distance = distance(here.logits, there.logits);
        if (distances.isEmpty() || distance > distances.max()) {
          farthest = name;
        }
        distances.add(distance);
        refused += there.answers.stream().filter(said -> said.error() != null).count();
        for (int i = 0; i < there.answers.size(); i++) {
          count++;
          if (here.answers.get(i).equals(there.answers.get(i))) {
            equal++;
          } else {
            different.add(name + " " + here.answers.get(i));
          }
        }
      }
      String type = dtype.name().toLowerCase(Locale.ROOT);
      Figure logits =
          Figure.of(
              "largest distance of first logits from the processor's, " + type,
              FAMILIES.size() + " families",
              distances.max(),
              Unit.NUMBER,
              "of the largest logit; %s; median of the families %.1e"
                  .formatted(farthest, distances.median()));
      results.add(exact ? logits.against(Goal.atMost(SAME_LOGITS)) : logits);
      Figure answers =
          Figure.of(
              "answers and kept patches equal to the processor's, " + type,
              FAMILIES.size() + " families",
              (double) equal / count,
              Unit.SHARE,
              "%d of %d, of which the processor refuses %d; different: %s"
                  .formatted(
                      equal,
                      count,
                      refused,
                      different.isEmpty() ? "none" : String.join(", ", different)));
      results.add(exact ? answers.against(Goal.atLeast(1)) : answers);
    }
  }

  private static Family processor(Setting setting, String name, DtypeChoice dtype)
      throws Exception {
    String key = CpuAnswers.key(setting, "family " + name, dtype, requests(setting));
    Family[] asked = new Family[1];
    List<Said> answers =
        setting
            .cpu()
            .answers(
                key,
                () -> {
                  asked[0] = ask(setting, name, dtype, DeviceChoice.CPU);
                  return asked[0].answers;
                });
    return new Family(answers, setting.cpu().numbers("logits of " + key, () -> asked[0].logits));
  }

  private static Family ask(Setting setting, String name, DtypeChoice dtype, DeviceChoice device)
      throws Exception {
    LlavaEngine.releaseIdle();
    List<ImageRequest> requests = requests(setting);
    try (EngineLoop engine =
            EngineLoop.ofFamily(setting.golden(name), dtype, device, template(name));
        LlavaProcessor processor =
            Prompted.processor(engine.model().checkpoint(), template(name))) {
      List<Answer> answers =
          engine.answersOrErrors(requests).stream().flatMap(List::stream).toList();
      List<float[]> logits = new ArrayList<>();
      for (ImageRequest request : requests) {
        for (String question : QUESTIONS) {
          try (Prompted one =
              Prompted.of(engine, processor, request.visuals().get(0).files().get(0), question)) {
            logits.add(engine.model().logits(one.group(1)));
          }
        }
      }
      return new Family(answers.stream().map(Said::of).toList(), joined(logits));
    }
  }

  private static String template(String name) {
    return TEMPLATES.getOrDefault(name, ConversationTemplate.AUTO);
  }

  private static List<ImageRequest> requests(Setting setting) throws IOException {
    List<Question> questions =
        QUESTIONS.stream().map(question -> new Question(question, NEW_TOKENS)).toList();
    List<ImageRequest> requests = new ArrayList<>();
    for (String picture : PICTURES) {
      byte[] bytes = Files.readAllBytes(setting.golden("images").resolve(picture));
      requests.add(new ImageRequest(bytes, questions, METHODS));
    }
    return requests;
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int to = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, to, part.length);
      to += part.length;
    }
    return all;
  }

  /** The largest difference over the largest number. */
  private static double distance(float[] here, float[] there) {
    double largest = 1;
    double distance = here.length == there.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(here.length, there.length); i++) {
      largest = Math.max(largest, Math.abs(there[i]));
      double difference = Math.abs(here[i] - there[i]);
      distance =
          Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(distance, difference);
    }
    return distance / largest;
  }
}
