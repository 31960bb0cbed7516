/**
 * The function host on this machine: it reads the annotations that are deployed and calls the same
 * classes, with the guarantees of the service (Azure Functions, "Event Hubs trigger", "error
 * handling and retries"): at least once, one invocation per partition at a time, a checkpoint that
 * also passes events whose retries are used up.
 */
package io.deltamirror.local.host;
