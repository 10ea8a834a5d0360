package io.prumerge.benchmark;

/**
 * One request to a judge.
 *
 * @param system the system message; empty = none
 * @param user the user message
 * @param temperature of sampling; 0 = greedy
 * @param maxTokens most tokens of the reply
 */
public record JudgeRequest(String system, String user, double temperature, int maxTokens) {}
