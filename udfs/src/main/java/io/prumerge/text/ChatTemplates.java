package io.prumerge.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.location.CauseText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The chat templates in a checkpoint's folder, in all places where transformers 4.57.1 looks for
 * one: {@code chat_template.jinja}, {@code chat_template.json} and {@code tokenizer_config.json},
 * whose templates may have names. Prompts are not made by them.
 */
public final class ChatTemplates {

  private static final String JINJA = "chat_template.jinja";
  private static final String JSON = "chat_template.json";
  private static final String KEY = "chat_template";

  private ChatTemplates() {}

  /**
   * Returns whether a template begins each answer with a thought, as those of models that always
   * think do.
   *
   * @throws TokenizerException if a file with one cannot be read
   */
  public static boolean openThought(Path folder) {
    return templates(folder).stream().anyMatch(Thoughts::areOpenedBy);
  }

  private static List<String> templates(Path folder) {
    List<String> templates = new ArrayList<>();
    Path jinja = folder.resolve(JINJA);
    if (Files.isRegularFile(jinja)) {
      try {
        templates.add(new String(Files.readAllBytes(jinja), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new TokenizerException("Cannot read " + jinja + ": " + CauseText.of(e), e);
      }
    }
    for (String file : List.of(JSON, TokenizerSettings.FILE)) {
      TokenizerSettings.json(folder.resolve(file))
          .ifPresent(
              json -> {
                JsonNode stated = json.path(KEY);
                templates.add(stated.asText());
                stated.forEach(named -> templates.add(named.path("template").asText()));
              });
    }
    return templates;
  }
}
