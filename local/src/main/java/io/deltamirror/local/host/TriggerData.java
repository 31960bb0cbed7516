package io.deltamirror.local.host;

import java.util.Map;

/**
 * What a trigger hands to an invocation.
 *
 * @param payload of the annotated parameter: {@code byte[][]}, an HTTP request or text
 * @param metadata of parameters with {@code @BindingName}, by name
 */
record TriggerData(Object payload, Map<String, Object> metadata) {}
