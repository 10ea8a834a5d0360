package io.prumerge.store;

/**
 * The minimum times of a method's mean question, computed alone on one device, in milliseconds.
 *
 * @param hardware the device
 * @param precision number formats of the language model
 * @param imageMs of all before the prefill
 * @param prefillMs of the prefill
 * @param decodeTokenMs of each token after the first
 */
public record RooflineRow(
    String hardware, String precision, double imageMs, double prefillMs, double decodeTokenMs) {}
