package io.prumerge.reduction;

import java.util.SortedMap;

/** A method's name and parameters: {@code name} or {@code name:key=value,key=value}. */
public record MethodSpec(String name, SortedMap<String, String> parameters) {}
