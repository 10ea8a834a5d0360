package io.prumerge.text;

import java.nio.file.Path;
import java.util.Map;

/**
 * What stands before and after a text. transformers 4.57.1 opens LLaVA's tokenizer as a Llama
 * tokenizer unless tokenizer_config.json names another class. The Llama class replaces the template
 * in tokenizer.json by that file's settings; other classes use the template.
 *
 * @param template source of the special tokens around a text
 * @param bosToken text of the token before it, with flags; empty for none
 * @param eosToken text of the token after it, likewise
 * @param cleanUp whether decoded text loses the spaces before punctuation
 */
record TokenizerConfig(Template template, String bosToken, String eosToken, boolean cleanUp) {

  /** Source of the special tokens around a text. */
  enum Template {
    /** tokenizer.json's post-processor. */
    TOKENIZER_JSON,
    /** add_bos_token and add_eos_token. */
    FLAGS
  }

  /** Reads it; {@code classes} are those that {@link TokenizerSettings#read} takes. */
  static TokenizerConfig read(Path folder, Map<String, String> classes) {
    TokenizerSettings settings = TokenizerSettings.read(folder, classes);
    boolean llama = settings.isLlama();
    return new TokenizerConfig(
        llama ? Template.FLAGS : Template.TOKENIZER_JSON,
        llama && settings.flag("add_bos_token", true) ? needed(settings, "bos_token") : "",
        llama && settings.flag("add_eos_token", false) ? needed(settings, "eos_token") : "",
        settings.flag("clean_up_tokenization_spaces", false));
  }

  private static String needed(TokenizerSettings settings, String key) {
    return settings
        .token(key)
        .orElseThrow(
            () ->
                new TokenizerException(
                    TokenizerSettings.FILE
                        + " asks for "
                        + key
                        + " around every text, but that is null; name the token, or set add_"
                        + key
                        + " to false"));
  }
}
