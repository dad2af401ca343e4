/* Runs the C codec for the tests: reads lines "decoder newer hex", prints a line of JSON for each.
 *
 * Every message lies in a buffer of exactly its own size, so that a sanitizer sees each byte that
 * is read or written beside it.
 */
#include "hiplevel_protocol.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES 4096
#define MAX_LINE (2 * MAX_BYTES + 64)

static const char *const REASONS[] = {
    "ok",         "too_short",           "too_long",      "unknown_type",
    "unknown_op", "unsupported_version", "invalid_value", "checksum",
};

static void print_hex(const char *name, const uint8_t *data, size_t size)
{
    size_t i;
    printf("\"%s\": \"", name);
    for (i = 0; i < size; i++) {
        printf("%02x", data[i]);
    }
    printf("\"");
}

static void print_u16s(const char *name, const uint16_t *values, size_t n)
{
    size_t i;
    printf(", \"%s\": [", name);
    for (i = 0; i < n; i++) {
        printf("%s%u", i ? ", " : "", (unsigned)values[i]);
    }
    printf("]");
}

static void print_sample(const int16_t *counts)
{
    int i;
    printf("[");
    for (i = 0; i < HLP_AXES; i++) {
        printf("%s%d", i ? ", " : "", counts[i]);
    }
    printf("]");
}

static void print_samples(const hlp_data *message)
{
    uint8_t i;
    printf(", \"counts\": [");
    for (i = 0; i < message->n; i++) {
        printf("%s", i ? ", " : "");
        print_sample(message->counts[i]);
    }
    printf("]");
}

static void print_settings(const hlp_config_request *m)
{
    printf("\"rate_hz\": %u, \"acc_range_g\": %u, \"gyr_range_dps\": %u, "
           "\"samples_per_packet\": %u",
           m->rate_hz, m->acc_range_g, m->gyr_range_dps, m->samples_per_packet);
}

static void print_entry(const hlp_log_entry *m)
{
    printf("\"log_id\": %u, \"flags\": %u, \"boot_id\": %" PRIu32 ", \"session_id\": %" PRIu32
           ", \"n_samples\": %" PRIu32 ", \"t_first_us\": %" PRIu64 ", \"unix_first_us\": %" PRId64,
           m->log_id, m->flags, m->boot_id, m->session_id, m->n_samples, m->t_first_us,
           m->unix_first_us);
    printf(", \"rate_hz\": %u, \"acc_range_g\": %u, \"gyr_range_dps\": %u, \"acc_scale\": %.17g, "
           "\"gyr_scale\": %.17g, \"n_bytes\": %" PRIu32 ", \"crc32\": %" PRIu32,
           m->rate_hz, m->acc_range_g, m->gyr_range_dps, (double)m->acc_scale,
           (double)m->gyr_scale, m->n_bytes, m->crc32);
}

static void print_command(const hlp_command *m)
{
    printf("\"op\": %u, \"token\": %u", m->op, m->token);
    switch (m->op) {
    case HLP_OP_START:
        printf(", \"flags\": %u", m->args.start_flags);
        break;
    case HLP_OP_STREAM:
        printf(", \"on\": %s", m->args.stream_on ? "true" : "false");
        break;
    case HLP_OP_SET_TIME:
        printf(", \"unix_us\": %" PRId64, m->args.unix_us);
        break;
    case HLP_OP_PING:
        printf(", \"t1\": %" PRIu64, m->args.t1);
        break;
    case HLP_OP_LIST_LOGS:
        printf(", \"first\": %u", m->args.first);
        break;
    case HLP_OP_GET_RANGE:
        printf(", \"log_id\": %u, \"offset\": %" PRIu32 ", \"length\": %" PRIu32,
               m->args.range.log_id, m->args.range.offset, m->args.range.length);
        break;
    case HLP_OP_ERASE:
        printf(", \"log_id\": %u, \"crc32\": %" PRIu32, m->args.erase.log_id,
               m->args.erase.crc32);
        break;
    default:
        break;
    }
}

static void print_log_list(const hlp_reply *m)
{
    uint8_t i;
    printf("{\"n_total\": %u, \"entries\": [", m->result.log_list.n_total);
    for (i = 0; i < m->result.log_list.n_here; i++) {
        printf("%s{", i ? ", " : "");
        print_entry(&m->result.log_list.entries[i]);
        printf("}");
    }
    printf("]}");
}

static void print_reply(const hlp_reply *m)
{
    printf("\"op\": %u, \"token\": %u, \"status\": %u, \"result\": ", m->op, m->token, m->status);
    if (m->op == HLP_OP_RANGE_DONE) {
        printf("{\"log_id\": %u, \"offset\": %" PRIu32 ", \"length\": %" PRIu32
               ", \"crc32\": %" PRIu32 "}",
               m->result.range_done.log_id, m->result.range_done.offset,
               m->result.range_done.length, m->result.range_done.crc32);
        return;
    }
    switch (m->status == HLP_STATUS_OK ? m->op : 0) {
    case HLP_OP_START:
        printf("{\"session_id\": %" PRIu32 ", \"t_us\": %" PRIu64 ", \"log_id\": %u}",
               m->result.started.session_id, m->result.started.t_us, m->result.started.log_id);
        break;
    case HLP_OP_STREAM:
        printf("{\"next_seq\": %" PRIu32 "}", m->result.next_seq);
        break;
    case HLP_OP_STOP:
        printf("{\"n_samples\": %" PRIu32 "}", m->result.n_samples);
        break;
    case HLP_OP_SET_TIME:
        printf("{\"t_us\": %" PRIu64 "}", m->result.t_us);
        break;
    case HLP_OP_PING:
        printf("{\"t1\": %" PRIu64 ", \"t2_us\": %" PRIu64 ", \"t3_us\": %" PRIu64 "}",
               m->result.pong.t1, m->result.pong.t2_us, m->result.pong.t3_us);
        break;
    case HLP_OP_LIST_LOGS:
        print_log_list(m);
        break;
    case HLP_OP_GET_RANGE:
        printf("{\"length\": %" PRIu32 "}", m->result.length);
        break;
    default:
        printf("null");
        break;
    }
}

/* Defines run_NAME: decode, print the fields, encode again into a buffer of the right size and
 * into one that is a byte too small. */
#define RUNNER(name, type, decode_call, print_fields)                                           \
    static int run_##name(const uint8_t *data, size_t size, int newer)                          \
    {                                                                                           \
        uint8_t large[HLP_MAX_FRAME_BYTES];                                                     \
        uint8_t *exact;                                                                         \
        type message;                                                                           \
        type *m = &message;                                                                     \
        int written;                                                                            \
        int error = decode_call;                                                                \
        (void)newer;                                                                            \
        if (error != HLP_OK) {                                                                  \
            return error;                                                                       \
        }                                                                                       \
        printf("{\"fields\": {");                                                               \
        print_fields;                                                                           \
        printf("}, ");                                                                          \
        written = hlp_encode_##name(m, large, sizeof large);                                    \
        if (written < 0) {                                                                      \
            abort();                                                                            \
        }                                                                                       \
        exact = malloc((size_t)written);                                                        \
        if (hlp_encode_##name(m, exact, (size_t)written) != written ||                          \
            memcmp(exact, large, (size_t)written) != 0 ||                                       \
            hlp_encode_##name(m, exact, (size_t)written - 1) != HLP_NO_SPACE) {                 \
            abort();                                                                            \
        }                                                                                       \
        print_hex("again", exact, (size_t)written);                                             \
        printf("}\n");                                                                          \
        free(exact);                                                                            \
        return HLP_OK;                                                                          \
    }

RUNNER(announcement, hlp_announcement, hlp_decode_announcement(data, size, m),
       printf("\"battery_percent\": %u, \"state\": %u", m->battery_percent, m->state))
RUNNER(info, hlp_info, hlp_decode_info(data, size, m),
       printf("\"protocol_minor\": %u, \"capabilities\": %u, \"boot_id\": %" PRIu32
              ", \"mounting\": %u, \"max_samples_per_packet\": %u, "
              "\"log_capacity_bytes\": %" PRIu32,
              m->protocol_minor, m->capabilities, m->boot_id, m->mounting,
              m->max_samples_per_packet, m->log_capacity_bytes);
       print_u16s("rates_hz", m->rates_hz, m->n_rates);
       print_u16s("acc_ranges_g", m->acc_ranges_g, m->n_acc_ranges);
       print_u16s("gyr_ranges_dps", m->gyr_ranges_dps, m->n_gyr_ranges))
RUNNER(config_request, hlp_config_request, hlp_decode_config_request(data, size, newer, m),
       print_settings(m))
RUNNER(config, hlp_config, hlp_decode_config(data, size, newer, m),
       print_settings(&m->settings);
       printf(", \"acc_scale\": %.17g, \"gyr_scale\": %.17g", (double)m->acc_scale,
              (double)m->gyr_scale))
RUNNER(command, hlp_command, hlp_decode_command(data, size, newer, m), print_command(m))
RUNNER(reply, hlp_reply, hlp_decode_reply(data, size, newer, m), print_reply(m))
RUNNER(log_entry, hlp_log_entry, hlp_decode_log_entry(data, size, m), print_entry(m))
RUNNER(data, hlp_data, hlp_decode_data(data, size, newer, m),
       printf("\"flags\": %u, \"seq\": %" PRIu32 ", \"t_us\": %" PRIu64, m->flags, m->seq,
              m->t_us);
       print_samples(m))
RUNNER(compact_data, hlp_compact_data, hlp_decode_compact_data(data, size, newer, m),
       printf("\"flags\": %u, \"seq_low\": %u, \"t_us_low\": %" PRIu32 ", \"counts\": ",
              m->flags, m->seq_low, m->t_us_low);
       print_sample(m->counts))
RUNNER(log_chunk, hlp_log_chunk, hlp_decode_log_chunk(data, size, m),
       printf("\"log_id\": %u, \"offset\": %" PRIu32 ", ", m->log_id, m->offset);
       print_hex("data", m->data, m->size))
RUNNER(log_block, hlp_data, hlp_decode_log_block(data, size, m),
       printf("\"first_seq\": %" PRIu32 ", \"t_us\": %" PRIu64 ", \"flags\": %u", m->seq,
              m->t_us, m->flags);
       print_samples(m))
RUNNER(status, hlp_status, hlp_decode_status(data, size, newer, m),
       printf("\"state\": %u, \"flags\": %u, \"boot_id\": %" PRIu32 ", \"session_id\": %" PRIu32
              ", \"next_seq\": %" PRIu32 ", \"n_dropped\": %" PRIu32,
              m->state, m->flags, m->boot_id, m->session_id, m->next_seq, m->n_dropped);
       printf(", \"battery_mv\": %u, \"temperature_centi_c\": %d, \"log_fill_permille\": %u, "
              "\"log_id\": %u",
              m->battery_mv, m->temperature_centi_c, m->log_fill_permille, m->log_id))

static int run_frame(const uint8_t *data, size_t size, int newer)
{
    hlp_frames frames;
    hlp_event event;
    uint8_t again[HLP_MAX_FRAME_BYTES];
    const char *separator = "";
    size_t i;
    (void)newer;
    hlp_frames_init(&frames);
    printf("{\"events\": [");
    for (i = 0; i < size; i++) {
        if (!hlp_frames_push(&frames, data[i])) {
            abort();
        }
        while (hlp_frames_next(&frames, &event)) {
            printf("%s{", separator);
            separator = ", ";
            if (event.kind == HLP_EVENT_NOISE) {
                printf("\"noise\": %u}", (unsigned)event.size);
                continue;
            }
            printf("\"channel\": %u, ", event.channel);
            print_hex("payload", event.payload, event.size);
            printf("}");
            if (hlp_encode_frame(event.channel, event.payload, event.size, again,
                                 sizeof again) != (int)event.size + 9) {
                abort();
            }
        }
    }
    printf("], \"waiting\": %u}\n", (unsigned)frames.size);
    return HLP_OK;
}

static int run_crc32(const uint8_t *data, size_t size, int newer)
{
    size_t half = size / 2;
    (void)newer;
    printf("{\"crc32\": %" PRIu32 ", \"pieces\": %" PRIu32 "}\n", hlp_crc32(data, size, 0),
           hlp_crc32(data + half, size - half, hlp_crc32(data, half, 0)));
    return HLP_OK;
}

static int run_uuid(const uint8_t *data, size_t size, int newer)
{
    const uint8_t uuid[] = {HLP_UUID_BYTES(data[0])};
    (void)size;
    (void)newer;
    printf("{");
    print_hex("uuid", uuid, sizeof uuid);
    printf("}\n");
    return HLP_OK;
}

static const struct {
    const char *name;
    int (*run)(const uint8_t *data, size_t size, int newer);
} DECODERS[] = {
    {"announcement", run_announcement},
    {"info", run_info},
    {"config_request", run_config_request},
    {"config", run_config},
    {"command", run_command},
    {"reply", run_reply},
    {"log_entry", run_log_entry},
    {"data", run_data},
    {"compact_data", run_compact_data},
    {"log_chunk", run_log_chunk},
    {"log_block", run_log_block},
    {"status", run_status},
    {"frame", run_frame},
    {"crc32", run_crc32},
    {"uuid", run_uuid},
};

static int run_line(const char *decoder, int newer, const char *hex)
{
    size_t size = strlen(hex) / 2;
    uint8_t *data = malloc(size);
    size_t i;
    int error = 1;
    for (i = 0; i < size; i++) {
        unsigned value;
        if (sscanf(hex + 2 * i, "%2x", &value) != 1) {
            abort();
        }
        data[i] = (uint8_t)value;
    }
    for (i = 0; i < sizeof DECODERS / sizeof DECODERS[0]; i++) {
        if (strcmp(DECODERS[i].name, decoder) == 0) {
            error = DECODERS[i].run(data, size, newer);
        }
    }
    free(data);
    return error;
}

int main(void)
{
    static char line[MAX_LINE];
    while (fgets(line, sizeof line, stdin)) {
        static char hex[MAX_LINE];
        char decoder[32];
        int newer;
        int error;
        hex[0] = '\0';
        if (sscanf(line, "%31s %d %s", decoder, &newer, hex) < 2) {
            return 2;
        }
        error = run_line(decoder, newer, hex);
        if (error > 0) {
            return 3;
        }
        if (error < 0) {
            printf("{\"error\": \"%s\"}\n", REASONS[-error]);
        }
    }
    return 0;
}
