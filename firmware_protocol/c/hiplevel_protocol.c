/* SPDX-License-Identifier: Apache-2.0 */
#include "hiplevel_protocol.h"

#include <string.h>

#define REPLY_BIT 0x80u
#define DATA_TYPE 0x11
#define COMPACT_DATA_TYPE 0x21
#define STATUS_VERSION 1
#define INFO_HEAD 24
#define CONFIG_REQUEST_SIZE 8
#define CONFIG_SIZE 16
#define DATA_HEAD 15
#define COMPACT_HEAD 8
#define SAMPLE_SIZE (2 * HLP_AXES)
#define CHUNK_HEAD 6
#define BLOCK_HEAD 16
#define BLOCK_CHECKED (HLP_LOG_BLOCK_BYTES - 4)
#define STATUS_SIZE 28
#define REPLY_HEAD 3
#define LOG_LIST_HEAD (REPLY_HEAD + 3)
#define FRAME_HEAD 5

/* Compilation fails here where a float is not what the messages need. */
typedef char hlp_float_has_32_bits[sizeof(float) == 4 ? 1 : -1];

/* ---- numbers ---------------------------------------------------------------------------- */

static void put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value & 0xffu);
    at[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, (uint16_t)(value & 0xffffu));
    put16(at + 2, (uint16_t)(value >> 16));
}

static void put64(uint8_t *at, uint64_t value)
{
    put32(at, (uint32_t)(value & 0xffffffffu));
    put32(at + 4, (uint32_t)(value >> 32));
}

static void put_float(uint8_t *at, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    put32(at, bits);
}

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] | (unsigned)at[1] << 8);
}

static uint32_t get32(const uint8_t *at)
{
    return get16(at) | (uint32_t)get16(at + 2) << 16;
}

static uint64_t get64(const uint8_t *at)
{
    return get32(at) | (uint64_t)get32(at + 4) << 32;
}

static int16_t get_signed16(const uint8_t *at)
{
    uint16_t value = get16(at);
    return (int16_t)(value < 0x8000u ? (int32_t)value : (int32_t)value - 0x10000);
}

static int64_t get_signed64(const uint8_t *at)
{
    uint64_t value = get64(at);
    return value >> 63 == 0 ? (int64_t)value : -(int64_t)~value - 1;
}

static float get_float(const uint8_t *at)
{
    uint32_t bits = get32(at);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Positive and finite, told from the bits, so that no compiler option can change it. */
static int is_scale(float value, int may_be_zero)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if ((bits & 0x7fffffffu) == 0) {
        return may_be_zero;
    }
    return bits < 0x7f800000u;
}

static int check_size(size_t size, size_t expected, int newer)
{
    if (size < expected) {
        return HLP_TOO_SHORT;
    }
    return size > expected && !newer ? HLP_TOO_LONG : HLP_OK;
}

uint32_t hlp_crc32(const uint8_t *data, size_t size, uint32_t start)
{
    /* Four bits at a time: the reflected polynomial 0xEDB88320 over every nibble. */
    static const uint32_t table[16] = {
        0x00000000u, 0x1db71064u, 0x3b6e20c8u, 0x26d930acu, 0x76dc4190u, 0x6b6b51f4u,
        0x4db26158u, 0x5005713cu, 0xedb88320u, 0xf00f9344u, 0xd6d6a3e8u, 0xcb61b38cu,
        0x9b64c2b0u, 0x86d3d2d4u, 0xa00ae278u, 0xbdbdf21cu,
    };
    uint32_t crc = ~start;
    size_t i;
    for (i = 0; i < size; i++) {
        crc ^= data[i];
        crc = crc >> 4 ^ table[crc & 15u];
        crc = crc >> 4 ^ table[crc & 15u];
    }
    return ~crc;
}

/* ---- announcement and INFO ---------------------------------------------------------------- */

static int check_announcement(const hlp_announcement *message)
{
    int known = message->battery_percent <= 100 || message->battery_percent == HLP_UNKNOWN_BATTERY;
    return known && message->state <= HLP_CHARGING ? HLP_OK : HLP_INVALID_VALUE;
}

int hlp_encode_announcement(const hlp_announcement *message, uint8_t *out, size_t capacity)
{
    int error = check_announcement(message);
    if (error != HLP_OK) {
        return error;
    }
    if (capacity < 3) {
        return HLP_NO_SPACE;
    }
    out[0] = HLP_MAJOR_VERSION;
    out[1] = message->battery_percent;
    out[2] = message->state;
    return 3;
}

int hlp_decode_announcement(const uint8_t *data, size_t size, hlp_announcement *out)
{
    if (size < 1) {
        return HLP_TOO_SHORT;
    }
    if (data[0] != HLP_MAJOR_VERSION) {
        return HLP_UNSUPPORTED_VERSION;
    }
    if (size < 3) {
        return HLP_TOO_SHORT;
    }
    out->battery_percent = data[1];
    out->state = data[2];
    return check_announcement(out);
}

static int check_choices(const uint16_t *choices, uint8_t n)
{
    uint8_t i;
    for (i = 0; i < n; i++) {
        if (choices[i] == 0) {
            return HLP_INVALID_VALUE;
        }
    }
    return HLP_OK;
}

static int check_info_counts(const hlp_info *message)
{
    int fits = message->n_rates >= 1 && message->n_rates <= HLP_MAX_CHOICES &&
               message->n_acc_ranges >= 1 && message->n_acc_ranges <= HLP_MAX_CHOICES &&
               message->n_gyr_ranges <= HLP_MAX_CHOICES;
    return fits ? HLP_OK : HLP_INVALID_VALUE;
}

static int check_info(const hlp_info *message)
{
    int fits = message->boot_id != 0 && message->mounting <= HLP_BACK_OF_PELVIS &&
               message->max_samples_per_packet >= 1 &&
               message->max_samples_per_packet <= HLP_MAX_SAMPLES &&
               check_choices(message->rates_hz, message->n_rates) == HLP_OK &&
               check_choices(message->acc_ranges_g, message->n_acc_ranges) == HLP_OK &&
               check_choices(message->gyr_ranges_dps, message->n_gyr_ranges) == HLP_OK;
    return fits ? HLP_OK : HLP_INVALID_VALUE;
}

static uint8_t *put_choices(uint8_t *at, const uint16_t *choices, uint8_t n)
{
    uint8_t i;
    for (i = 0; i < n; i++) {
        put16(at + 2 * i, choices[i]);
    }
    return at + 2 * n;
}

static const uint8_t *get_choices(const uint8_t *at, uint16_t *choices, uint8_t n)
{
    uint8_t i;
    for (i = 0; i < n; i++) {
        choices[i] = get16(at + 2 * i);
    }
    return at + 2 * n;
}

int hlp_encode_info(const hlp_info *message, uint8_t *out, size_t capacity)
{
    uint8_t *end;
    size_t size;
    if (check_info_counts(message) != HLP_OK || check_info(message) != HLP_OK) {
        return HLP_INVALID_VALUE;
    }
    size = INFO_HEAD + 2u * (size_t)(message->n_rates + message->n_acc_ranges + message->n_gyr_ranges);
    if (capacity < size) {
        return HLP_NO_SPACE;
    }
    memset(out, 0, INFO_HEAD);
    out[0] = HLP_MAJOR_VERSION;
    out[1] = message->protocol_minor;
    put16(out + 2, message->capabilities);
    put32(out + 4, message->boot_id);
    put32(out + 8, HLP_TICK_HZ);
    out[12] = message->mounting;
    out[13] = message->max_samples_per_packet;
    put32(out + 16, message->log_capacity_bytes);
    out[20] = message->n_rates;
    out[21] = message->n_acc_ranges;
    out[22] = message->n_gyr_ranges;
    end = put_choices(out + INFO_HEAD, message->rates_hz, message->n_rates);
    end = put_choices(end, message->acc_ranges_g, message->n_acc_ranges);
    end = put_choices(end, message->gyr_ranges_dps, message->n_gyr_ranges);
    return (int)(end - out);
}

int hlp_decode_info(const uint8_t *data, size_t size, hlp_info *out)
{
    const uint8_t *at;
    int error;
    if (size < 1) {
        return HLP_TOO_SHORT;
    }
    if (data[0] != HLP_MAJOR_VERSION) {
        return HLP_UNSUPPORTED_VERSION;
    }
    if (size < INFO_HEAD) {
        return HLP_TOO_SHORT;
    }
    memset(out, 0, sizeof *out);
    out->protocol_minor = data[1];
    out->capabilities = get16(data + 2);
    out->boot_id = get32(data + 4);
    out->mounting = data[12];
    out->max_samples_per_packet = data[13];
    out->log_capacity_bytes = get32(data + 16);
    out->n_rates = data[20];
    out->n_acc_ranges = data[21];
    out->n_gyr_ranges = data[22];
    error = check_info_counts(out);
    if (error != HLP_OK) {
        return error;
    }
    error = check_size(size, INFO_HEAD + 2u * (size_t)(out->n_rates + out->n_acc_ranges + out->n_gyr_ranges),
                       out->protocol_minor > HLP_MINOR_VERSION);
    if (error != HLP_OK) {
        return error;
    }
    at = get_choices(data + INFO_HEAD, out->rates_hz, out->n_rates);
    at = get_choices(at, out->acc_ranges_g, out->n_acc_ranges);
    (void)get_choices(at, out->gyr_ranges_dps, out->n_gyr_ranges);
    return get32(data + 8) == HLP_TICK_HZ ? check_info(out) : HLP_INVALID_VALUE;
}

/* ---- CONFIG ------------------------------------------------------------------------------- */

static int check_settings(const hlp_config_request *settings)
{
    int fits = settings->rate_hz > 0 && settings->acc_range_g > 0 &&
               settings->samples_per_packet >= 1 &&
               settings->samples_per_packet <= HLP_MAX_SAMPLES;
    return fits ? HLP_OK : HLP_INVALID_VALUE;
}

static int check_config(const hlp_config *message)
{
    int fits = check_settings(&message->settings) == HLP_OK && is_scale(message->acc_scale, 0) &&
               is_scale(message->gyr_scale, message->settings.gyr_range_dps == 0);
    return fits ? HLP_OK : HLP_INVALID_VALUE;
}

static void put_settings(uint8_t *at, const hlp_config_request *settings)
{
    put16(at, settings->rate_hz);
    put16(at + 2, settings->acc_range_g);
    put16(at + 4, settings->gyr_range_dps);
    at[6] = settings->samples_per_packet;
    at[7] = 0;
}

static void get_settings(const uint8_t *at, hlp_config_request *settings)
{
    settings->rate_hz = get16(at);
    settings->acc_range_g = get16(at + 2);
    settings->gyr_range_dps = get16(at + 4);
    settings->samples_per_packet = at[6];
}

int hlp_encode_config_request(const hlp_config_request *message, uint8_t *out, size_t capacity)
{
    int error = check_settings(message);
    if (error != HLP_OK) {
        return error;
    }
    if (capacity < CONFIG_REQUEST_SIZE) {
        return HLP_NO_SPACE;
    }
    put_settings(out, message);
    return CONFIG_REQUEST_SIZE;
}

int hlp_decode_config_request(const uint8_t *data, size_t size, int newer,
                              hlp_config_request *out)
{
    int error = check_size(size, CONFIG_REQUEST_SIZE, newer);
    if (error != HLP_OK) {
        return error;
    }
    get_settings(data, out);
    return check_settings(out);
}

int hlp_encode_config(const hlp_config *message, uint8_t *out, size_t capacity)
{
    int error = check_config(message);
    if (error != HLP_OK) {
        return error;
    }
    if (capacity < CONFIG_SIZE) {
        return HLP_NO_SPACE;
    }
    put_settings(out, &message->settings);
    put_float(out + 8, message->acc_scale);
    put_float(out + 12, message->gyr_scale);
    return CONFIG_SIZE;
}

int hlp_decode_config(const uint8_t *data, size_t size, int newer, hlp_config *out)
{
    int error = check_size(size, CONFIG_SIZE, newer);
    if (error != HLP_OK) {
        return error;
    }
    get_settings(data, &out->settings);
    out->acc_scale = get_float(data + 8);
    out->gyr_scale = get_float(data + 12);
    return check_config(out);
}

/* ---- CONTROL: commands -------------------------------------------------------------------- */

static int size_of_command(uint8_t op)
{
    switch (op) {
    case HLP_OP_START:
    case HLP_OP_STREAM:
        return 3;
    case HLP_OP_STOP:
    case HLP_OP_CANCEL_RANGE:
    case HLP_OP_SHUTDOWN:
        return 2;
    case HLP_OP_SET_TIME:
    case HLP_OP_PING:
        return 10;
    case HLP_OP_LIST_LOGS:
        return 4;
    case HLP_OP_GET_RANGE:
        return 12;
    case HLP_OP_ERASE:
        return 8;
    default:
        return HLP_UNKNOWN_OP;
    }
}

static int check_command(const hlp_command *message)
{
    int fits = 1;
    if (message->op == HLP_OP_START) {
        fits = (message->args.start_flags & (HLP_START_STREAM | HLP_START_LOG)) != 0;
    } else if (message->op == HLP_OP_STREAM) {
        fits = message->args.stream_on <= 1;
    } else if (message->op == HLP_OP_GET_RANGE) {
        fits = message->args.range.length > 0;
    }
    return fits ? HLP_OK : HLP_INVALID_VALUE;
}

int hlp_encode_command(const hlp_command *message, uint8_t *out, size_t capacity)
{
    int size = size_of_command(message->op);
    if (size < 0) {
        return size;
    }
    if (check_command(message) != HLP_OK) {
        return HLP_INVALID_VALUE;
    }
    if (capacity < (size_t)size) {
        return HLP_NO_SPACE;
    }
    out[0] = message->op;
    out[1] = message->token;
    switch (message->op) {
    case HLP_OP_START:
        out[2] = message->args.start_flags;
        break;
    case HLP_OP_STREAM:
        out[2] = message->args.stream_on;
        break;
    case HLP_OP_SET_TIME:
        put64(out + 2, (uint64_t)message->args.unix_us);
        break;
    case HLP_OP_PING:
        put64(out + 2, message->args.t1);
        break;
    case HLP_OP_LIST_LOGS:
        put16(out + 2, message->args.first);
        break;
    case HLP_OP_GET_RANGE:
        put16(out + 2, message->args.range.log_id);
        put32(out + 4, message->args.range.offset);
        put32(out + 8, message->args.range.length);
        break;
    case HLP_OP_ERASE:
        put16(out + 2, message->args.erase.log_id);
        put32(out + 4, message->args.erase.crc32);
        break;
    default:
        break;
    }
    return size;
}

int hlp_decode_command(const uint8_t *data, size_t size, int newer, hlp_command *out)
{
    int expected;
    int error;
    memset(out, 0, sizeof *out);
    if (size < 2) {
        return HLP_TOO_SHORT;
    }
    out->op = data[0];
    out->token = data[1];
    expected = size_of_command(out->op);
    if (expected < 0) {
        return expected;
    }
    error = check_size(size, (size_t)expected, newer);
    if (error != HLP_OK) {
        return error;
    }
    switch (out->op) {
    case HLP_OP_START:
        out->args.start_flags = data[2];
        break;
    case HLP_OP_STREAM:
        out->args.stream_on = data[2];
        break;
    case HLP_OP_SET_TIME:
        out->args.unix_us = get_signed64(data + 2);
        break;
    case HLP_OP_PING:
        out->args.t1 = get64(data + 2);
        break;
    case HLP_OP_LIST_LOGS:
        out->args.first = get16(data + 2);
        break;
    case HLP_OP_GET_RANGE:
        out->args.range.log_id = get16(data + 2);
        out->args.range.offset = get32(data + 4);
        out->args.range.length = get32(data + 8);
        break;
    case HLP_OP_ERASE:
        out->args.erase.log_id = get16(data + 2);
        out->args.erase.crc32 = get32(data + 4);
        break;
    default:
        break;
    }
    return check_command(out);
}

/* ---- the list of logs ---------------------------------------------------------------------- */

static int check_log_entry(const hlp_log_entry *entry)
{
    int fits = entry->log_id != HLP_NO_LOG && entry->boot_id != 0 && entry->session_id != 0 &&
               entry->rate_hz > 0 && entry->acc_range_g > 0 && is_scale(entry->acc_scale, 0) &&
               is_scale(entry->gyr_scale, entry->gyr_range_dps == 0) &&
               entry->n_bytes % HLP_LOG_BLOCK_BYTES == 0;
    return fits ? HLP_OK : HLP_INVALID_VALUE;
}

int hlp_encode_log_entry(const hlp_log_entry *message, uint8_t *out, size_t capacity)
{
    int error = check_log_entry(message);
    if (error != HLP_OK) {
        return error;
    }
    if (capacity < HLP_LOG_ENTRY_BYTES) {
        return HLP_NO_SPACE;
    }
    put16(out, message->log_id);
    put16(out + 2, message->flags);
    put32(out + 4, message->boot_id);
    put32(out + 8, message->session_id);
    put32(out + 12, message->n_samples);
    put64(out + 16, message->t_first_us);
    put64(out + 24, (uint64_t)message->unix_first_us);
    put16(out + 32, message->rate_hz);
    put16(out + 34, message->acc_range_g);
    put16(out + 36, message->gyr_range_dps);
    put16(out + 38, 0);
    put_float(out + 40, message->acc_scale);
    put_float(out + 44, message->gyr_scale);
    put32(out + 48, message->n_bytes);
    put32(out + 52, message->crc32);
    return HLP_LOG_ENTRY_BYTES;
}

int hlp_decode_log_entry(const uint8_t *data, size_t size, hlp_log_entry *out)
{
    int error = check_size(size, HLP_LOG_ENTRY_BYTES, 0);
    if (error != HLP_OK) {
        return error;
    }
    out->log_id = get16(data);
    out->flags = get16(data + 2);
    out->boot_id = get32(data + 4);
    out->session_id = get32(data + 8);
    out->n_samples = get32(data + 12);
    out->t_first_us = get64(data + 16);
    out->unix_first_us = get_signed64(data + 24);
    out->rate_hz = get16(data + 32);
    out->acc_range_g = get16(data + 34);
    out->gyr_range_dps = get16(data + 36);
    out->acc_scale = get_float(data + 40);
    out->gyr_scale = get_float(data + 44);
    out->n_bytes = get32(data + 48);
    out->crc32 = get32(data + 52);
    return check_log_entry(out);
}

static int encode_log_list(const hlp_reply *message, uint8_t *out)
{
    uint8_t i;
    put16(out + REPLY_HEAD, message->result.log_list.n_total);
    out[REPLY_HEAD + 2] = message->result.log_list.n_here;
    for (i = 0; i < message->result.log_list.n_here; i++) {
        int written = hlp_encode_log_entry(&message->result.log_list.entries[i],
                                           out + LOG_LIST_HEAD + HLP_LOG_ENTRY_BYTES * i,
                                           HLP_LOG_ENTRY_BYTES);
        if (written < 0) {
            return written;
        }
    }
    return HLP_OK;
}

static int decode_log_list(const uint8_t *data, size_t size, int newer, hlp_reply *out)
{
    uint8_t i;
    uint8_t n_here;
    int error;
    if (size < LOG_LIST_HEAD) {
        return HLP_TOO_SHORT;
    }
    out->result.log_list.n_total = get16(data + REPLY_HEAD);
    n_here = data[REPLY_HEAD + 2];
    out->result.log_list.n_here = n_here;
    if (n_here > HLP_MAX_LISTED_LOGS || n_here > out->result.log_list.n_total) {
        return HLP_INVALID_VALUE;
    }
    error = check_size(size, LOG_LIST_HEAD + (size_t)HLP_LOG_ENTRY_BYTES * n_here, newer);
    for (i = 0; error == HLP_OK && i < n_here; i++) {
        error = hlp_decode_log_entry(data + LOG_LIST_HEAD + HLP_LOG_ENTRY_BYTES * i,
                                     HLP_LOG_ENTRY_BYTES, &out->result.log_list.entries[i]);
    }
    return error;
}

/* ---- CONTROL: replies ---------------------------------------------------------------------- */

static int size_of_reply(const hlp_reply *message)
{
    if (message->op == HLP_OP_RANGE_DONE) {
        return 17;
    }
    if (message->status != HLP_STATUS_OK) {
        return REPLY_HEAD;
    }
    switch (message->op) {
    case HLP_OP_START:
        return 17;
    case HLP_OP_STREAM:
    case HLP_OP_STOP:
    case HLP_OP_GET_RANGE:
        return 7;
    case HLP_OP_SET_TIME:
        return 11;
    case HLP_OP_PING:
        return 27;
    case HLP_OP_LIST_LOGS:
        return LOG_LIST_HEAD + HLP_LOG_ENTRY_BYTES * message->result.log_list.n_here;
    case HLP_OP_CANCEL_RANGE:
    case HLP_OP_ERASE:
    case HLP_OP_SHUTDOWN:
        return REPLY_HEAD;
    default:
        return HLP_UNKNOWN_OP;
    }
}

static int check_reply(const hlp_reply *message)
{
    if (message->op >= REPLY_BIT || message->status > HLP_STATUS_INTERNAL) {
        return HLP_INVALID_VALUE;
    }
    if (message->status != HLP_STATUS_OK) {
        return HLP_OK;
    }
    if (message->op == HLP_OP_START && message->result.started.session_id == 0) {
        return HLP_INVALID_VALUE;
    }
    if (message->op == HLP_OP_LIST_LOGS &&
        (message->result.log_list.n_here > HLP_MAX_LISTED_LOGS ||
         message->result.log_list.n_here > message->result.log_list.n_total)) {
        return HLP_INVALID_VALUE;
    }
    return HLP_OK;
}

static int encode_result(const hlp_reply *message, uint8_t *at)
{
    switch (message->op) {
    case HLP_OP_START:
        put32(at, message->result.started.session_id);
        put64(at + 4, message->result.started.t_us);
        put16(at + 12, message->result.started.log_id);
        break;
    case HLP_OP_STREAM:
        put32(at, message->result.next_seq);
        break;
    case HLP_OP_STOP:
        put32(at, message->result.n_samples);
        break;
    case HLP_OP_GET_RANGE:
        put32(at, message->result.length);
        break;
    case HLP_OP_SET_TIME:
        put64(at, message->result.t_us);
        break;
    case HLP_OP_PING:
        put64(at, message->result.pong.t1);
        put64(at + 8, message->result.pong.t2_us);
        put64(at + 16, message->result.pong.t3_us);
        break;
    case HLP_OP_LIST_LOGS:
        return encode_log_list(message, at - REPLY_HEAD);
    case HLP_OP_RANGE_DONE:
        put16(at, message->result.range_done.log_id);
        put32(at + 2, message->result.range_done.offset);
        put32(at + 6, message->result.range_done.length);
        put32(at + 10, message->result.range_done.crc32);
        break;
    default:
        break;
    }
    return HLP_OK;
}

int hlp_encode_reply(const hlp_reply *message, uint8_t *out, size_t capacity)
{
    int size;
    int error = check_reply(message);
    if (error != HLP_OK) {
        return error;
    }
    size = size_of_reply(message);
    if (size < 0) {
        return size;
    }
    if (capacity < (size_t)size) {
        return HLP_NO_SPACE;
    }
    out[0] = (uint8_t)(message->op | REPLY_BIT);
    out[1] = message->token;
    out[2] = message->status;
    if (size > REPLY_HEAD) {
        error = encode_result(message, out + REPLY_HEAD);
    }
    return error == HLP_OK ? size : error;
}

static void decode_result(const uint8_t *at, hlp_reply *out)
{
    switch (out->op) {
    case HLP_OP_START:
        out->result.started.session_id = get32(at);
        out->result.started.t_us = get64(at + 4);
        out->result.started.log_id = get16(at + 12);
        break;
    case HLP_OP_STREAM:
        out->result.next_seq = get32(at);
        break;
    case HLP_OP_STOP:
        out->result.n_samples = get32(at);
        break;
    case HLP_OP_GET_RANGE:
        out->result.length = get32(at);
        break;
    case HLP_OP_SET_TIME:
        out->result.t_us = get64(at);
        break;
    case HLP_OP_PING:
        out->result.pong.t1 = get64(at);
        out->result.pong.t2_us = get64(at + 8);
        out->result.pong.t3_us = get64(at + 16);
        break;
    case HLP_OP_RANGE_DONE:
        out->result.range_done.log_id = get16(at);
        out->result.range_done.offset = get32(at + 2);
        out->result.range_done.length = get32(at + 6);
        out->result.range_done.crc32 = get32(at + 10);
        break;
    default:
        break;
    }
}

int hlp_decode_reply(const uint8_t *data, size_t size, int newer, hlp_reply *out)
{
    int expected;
    int error;
    memset(out, 0, sizeof *out);
    if (size < REPLY_HEAD) {
        return HLP_TOO_SHORT;
    }
    if ((data[0] & REPLY_BIT) == 0) {
        return HLP_UNKNOWN_OP;
    }
    out->op = (uint8_t)(data[0] & ~REPLY_BIT);
    out->token = data[1];
    out->status = data[2];
    if (out->status > HLP_STATUS_INTERNAL) {
        return HLP_INVALID_VALUE;
    }
    if (out->op == HLP_OP_LIST_LOGS && out->status == HLP_STATUS_OK) {
        return decode_log_list(data, size, newer, out);
    }
    expected = size_of_reply(out);
    if (expected < 0) {
        return expected;
    }
    error = check_size(size, (size_t)expected, newer);
    if (error != HLP_OK) {
        return error;
    }
    if (expected > REPLY_HEAD) {
        decode_result(data + REPLY_HEAD, out);
    }
    return check_reply(out);
}

/* ---- DATA ---------------------------------------------------------------------------------- */

static void put_counts(uint8_t *at, const int16_t *counts)
{
    int i;
    for (i = 0; i < HLP_AXES; i++) {
        put16(at + 2 * i, (uint16_t)counts[i]);
    }
}

static void get_counts(const uint8_t *at, int16_t *counts)
{
    int i;
    for (i = 0; i < HLP_AXES; i++) {
        counts[i] = get_signed16(at + 2 * i);
    }
}

static int has_samples(uint8_t n)
{
    return n >= 1 && n <= HLP_MAX_SAMPLES;
}

int hlp_encode_data(const hlp_data *message, uint8_t *out, size_t capacity)
{
    uint8_t i;
    size_t size = DATA_HEAD + (size_t)SAMPLE_SIZE * message->n;
    if (!has_samples(message->n)) {
        return HLP_INVALID_VALUE;
    }
    if (capacity < size) {
        return HLP_NO_SPACE;
    }
    out[0] = DATA_TYPE;
    out[1] = message->flags;
    put32(out + 2, message->seq);
    put64(out + 6, message->t_us);
    out[14] = message->n;
    for (i = 0; i < message->n; i++) {
        put_counts(out + DATA_HEAD + SAMPLE_SIZE * i, message->counts[i]);
    }
    return (int)size;
}

int hlp_decode_data(const uint8_t *data, size_t size, int newer, hlp_data *out)
{
    uint8_t i;
    int error;
    if (size < DATA_HEAD) {
        return HLP_TOO_SHORT;
    }
    if (data[0] != DATA_TYPE) {
        return HLP_UNKNOWN_TYPE;
    }
    out->flags = data[1];
    out->seq = get32(data + 2);
    out->t_us = get64(data + 6);
    out->n = data[14];
    if (!has_samples(out->n)) {
        return HLP_INVALID_VALUE;
    }
    error = check_size(size, DATA_HEAD + (size_t)SAMPLE_SIZE * out->n, newer);
    if (error != HLP_OK) {
        return error;
    }
    for (i = 0; i < out->n; i++) {
        get_counts(data + DATA_HEAD + SAMPLE_SIZE * i, out->counts[i]);
    }
    return HLP_OK;
}

int hlp_encode_compact_data(const hlp_compact_data *message, uint8_t *out, size_t capacity)
{
    if (capacity < COMPACT_HEAD + SAMPLE_SIZE) {
        return HLP_NO_SPACE;
    }
    out[0] = COMPACT_DATA_TYPE;
    out[1] = message->flags;
    put16(out + 2, message->seq_low);
    put32(out + 4, message->t_us_low);
    put_counts(out + COMPACT_HEAD, message->counts);
    return COMPACT_HEAD + SAMPLE_SIZE;
}

int hlp_decode_compact_data(const uint8_t *data, size_t size, int newer, hlp_compact_data *out)
{
    int error;
    if (size < COMPACT_HEAD) {
        return HLP_TOO_SHORT;
    }
    if (data[0] != COMPACT_DATA_TYPE) {
        return HLP_UNKNOWN_TYPE;
    }
    error = check_size(size, COMPACT_HEAD + SAMPLE_SIZE, newer);
    if (error != HLP_OK) {
        return error;
    }
    out->flags = data[1];
    out->seq_low = get16(data + 2);
    out->t_us_low = get32(data + 4);
    get_counts(data + COMPACT_HEAD, out->counts);
    return HLP_OK;
}

/* ---- LOG and the blocks of flash ------------------------------------------------------------ */

int hlp_encode_log_chunk(const hlp_log_chunk *message, uint8_t *out, size_t capacity)
{
    if (message->log_id == HLP_NO_LOG) {
        return HLP_INVALID_VALUE;
    }
    if (message->size < 1) {
        return HLP_TOO_SHORT;
    }
    if (message->size > HLP_MAX_LOG_CHUNK_BYTES) {
        return HLP_TOO_LONG;
    }
    if (capacity < CHUNK_HEAD + message->size) {
        return HLP_NO_SPACE;
    }
    put16(out, message->log_id);
    put32(out + 2, message->offset);
    memcpy(out + CHUNK_HEAD, message->data, message->size);
    return (int)(CHUNK_HEAD + message->size);
}

int hlp_decode_log_chunk(const uint8_t *data, size_t size, hlp_log_chunk *out)
{
    if (size < CHUNK_HEAD + 1) {
        return HLP_TOO_SHORT;
    }
    if (size > CHUNK_HEAD + HLP_MAX_LOG_CHUNK_BYTES) {
        return HLP_TOO_LONG;
    }
    out->log_id = get16(data);
    out->offset = get32(data + 2);
    out->data = data + CHUNK_HEAD;
    out->size = size - CHUNK_HEAD;
    return out->log_id != HLP_NO_LOG ? HLP_OK : HLP_INVALID_VALUE;
}

/* The samples before the head, on purpose: a CRC-32 over blocks that end with their own plain
 * CRC-32 depends on nothing but their number, and a log's checksum would prove nothing. */
static uint32_t block_checksum(const uint8_t *block)
{
    uint32_t samples = hlp_crc32(block + BLOCK_HEAD, BLOCK_CHECKED - BLOCK_HEAD, 0);
    return hlp_crc32(block, BLOCK_HEAD, samples);
}

int hlp_encode_log_block(const hlp_data *message, uint8_t *out, size_t capacity)
{
    uint8_t i;
    if (!has_samples(message->n)) {
        return HLP_INVALID_VALUE;
    }
    if (capacity < HLP_LOG_BLOCK_BYTES) {
        return HLP_NO_SPACE;
    }
    memset(out, 0xff, HLP_LOG_BLOCK_BYTES);
    put32(out, message->seq);
    put64(out + 4, message->t_us);
    out[12] = message->n;
    out[13] = message->flags;
    put16(out + 14, 0);
    for (i = 0; i < message->n; i++) {
        put_counts(out + BLOCK_HEAD + SAMPLE_SIZE * i, message->counts[i]);
    }
    put32(out + BLOCK_CHECKED, block_checksum(out));
    return HLP_LOG_BLOCK_BYTES;
}

int hlp_decode_log_block(const uint8_t *data, size_t size, hlp_data *out)
{
    uint8_t i;
    int error = check_size(size, HLP_LOG_BLOCK_BYTES, 0);
    if (error != HLP_OK) {
        return error;
    }
    if (get32(data + BLOCK_CHECKED) != block_checksum(data)) {
        return HLP_CHECKSUM;
    }
    out->seq = get32(data);
    out->t_us = get64(data + 4);
    out->n = data[12];
    out->flags = data[13];
    if (!has_samples(out->n)) {
        return HLP_INVALID_VALUE;
    }
    for (i = 0; i < out->n; i++) {
        get_counts(data + BLOCK_HEAD + SAMPLE_SIZE * i, out->counts[i]);
    }
    return HLP_OK;
}

/* ---- STATUS --------------------------------------------------------------------------------- */

static int check_status(const hlp_status *message)
{
    int fits = message->state <= HLP_CHARGING && message->boot_id != 0 &&
               (message->log_fill_permille <= 1000 || message->log_fill_permille == HLP_NO_FLASH);
    return fits ? HLP_OK : HLP_INVALID_VALUE;
}

int hlp_encode_status(const hlp_status *message, uint8_t *out, size_t capacity)
{
    int error = check_status(message);
    if (error != HLP_OK) {
        return error;
    }
    if (capacity < STATUS_SIZE) {
        return HLP_NO_SPACE;
    }
    out[0] = STATUS_VERSION;
    out[1] = message->state;
    put16(out + 2, message->flags);
    put32(out + 4, message->boot_id);
    put32(out + 8, message->session_id);
    put32(out + 12, message->next_seq);
    put32(out + 16, message->n_dropped);
    put16(out + 20, message->battery_mv);
    put16(out + 22, (uint16_t)message->temperature_centi_c);
    put16(out + 24, message->log_fill_permille);
    put16(out + 26, message->log_id);
    return STATUS_SIZE;
}

int hlp_decode_status(const uint8_t *data, size_t size, int newer, hlp_status *out)
{
    int error;
    if (size < 1) {
        return HLP_TOO_SHORT;
    }
    if (data[0] != STATUS_VERSION) {
        return HLP_UNSUPPORTED_VERSION;
    }
    error = check_size(size, STATUS_SIZE, newer);
    if (error != HLP_OK) {
        return error;
    }
    out->state = data[1];
    out->flags = get16(data + 2);
    out->boot_id = get32(data + 4);
    out->session_id = get32(data + 8);
    out->next_seq = get32(data + 12);
    out->n_dropped = get32(data + 16);
    out->battery_mv = get16(data + 20);
    out->temperature_centi_c = get_signed16(data + 22);
    out->log_fill_permille = get16(data + 24);
    out->log_id = get16(data + 26);
    return check_status(out);
}

/* ---- frames ---------------------------------------------------------------------------------- */

int hlp_encode_frame(uint8_t channel, const uint8_t *payload, size_t size, uint8_t *out,
                     size_t capacity)
{
    if (size > HLP_MAX_PAYLOAD_BYTES) {
        return HLP_INVALID_VALUE;
    }
    if (capacity < FRAME_HEAD + size + 4) {
        return HLP_NO_SPACE;
    }
    out[0] = 0x68;
    out[1] = 0x4c;
    out[2] = channel;
    put16(out + 3, (uint16_t)size);
    if (size > 0) {
        memcpy(out + FRAME_HEAD, payload, size);
    }
    put32(out + FRAME_HEAD + size, hlp_crc32(out + 2, size + 3, 0));
    return (int)(FRAME_HEAD + size + 4);
}

void hlp_frames_init(hlp_frames *frames)
{
    frames->size = 0;
    frames->taken = 0;
}

static void drop(hlp_frames *frames, size_t n)
{
    memmove(frames->buffer, frames->buffer + n, frames->size - n);
    frames->size -= n;
}

int hlp_frames_push(hlp_frames *frames, uint8_t byte)
{
    drop(frames, frames->taken);
    frames->taken = 0;
    if (frames->size == sizeof frames->buffer) {
        return 0;
    }
    frames->buffer[frames->size++] = byte;
    return 1;
}

/* How many bytes are certainly not the beginning of a frame. */
static size_t bytes_before_start(const hlp_frames *frames)
{
    size_t i;
    for (i = 0; i < frames->size; i++) {
        if (frames->buffer[i] == 0x68 &&
            (i + 1 == frames->size || frames->buffer[i + 1] == 0x4c)) {
            break;
        }
    }
    return i;
}

static int fill_event(hlp_event *event, hlp_event_kind kind, uint8_t channel,
                      const uint8_t *payload, size_t size)
{
    event->kind = kind;
    event->channel = channel;
    event->payload = payload;
    event->size = size;
    return 1;
}

int hlp_frames_next(hlp_frames *frames, hlp_event *event)
{
    const uint8_t *buffer = frames->buffer;
    size_t noise = 0;
    drop(frames, frames->taken);
    frames->taken = 0;
    for (;;) {
        size_t skipped = bytes_before_start(frames);
        size_t length;
        drop(frames, skipped);
        noise += skipped;
        if (frames->size < FRAME_HEAD) {
            break;
        }
        length = get16(buffer + 3);
        if (length <= HLP_MAX_PAYLOAD_BYTES) {
            if (frames->size < FRAME_HEAD + length + 4) {
                break;
            }
            if (get32(buffer + FRAME_HEAD + length) == hlp_crc32(buffer + 2, length + 3, 0)) {
                if (noise > 0) {
                    break; /* tell the noise first; the frame is found again */
                }
                frames->taken = FRAME_HEAD + length + 4;
                return fill_event(event, HLP_EVENT_FRAME, buffer[2], buffer + FRAME_HEAD, length);
            }
        }
        drop(frames, 1);
        noise++;
    }
    return noise > 0 ? fill_event(event, HLP_EVENT_NOISE, 0, NULL, noise) : 0;
}
