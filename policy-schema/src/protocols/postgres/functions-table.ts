// Written by scripts/postgres-functions.ts. Do not edit.

/** Signatures in `pg_catalog` that only compute: immutable or stable, or volatile and reviewed. */
export const harmlessFunctions = `
abbrev(cidr) abbrev(inet) abs(float4) abs(float8) abs(int2) abs(int4) abs(int8) abs(numeric)
aclcontains(aclitem[],aclitem) acldefault(char,oid) aclexplode(aclitem[]) aclinsert(aclitem[],aclitem)
aclitemeq(aclitem,aclitem) aclitemin(cstring) aclitemout(aclitem) aclremove(aclitem[],aclitem) acos(float8)
acosd(float8) acosh(float8) age(timestamp) age(timestamp,timestamp) age(timestamptz)
age(timestamptz,timestamptz) age(xid) amvalidate(oid) any_in(cstring) any_out(any) any_value(anyelement)
any_value_transfn(anyelement,anyelement) anyarray_out(anyarray) anyarray_recv(internal) anyarray_send(anyarray)
anycompatible_in(cstring) anycompatible_out(anycompatible) anycompatiblearray_in(cstring)
anycompatiblearray_out(anycompatiblearray) anycompatiblearray_recv(internal)
anycompatiblearray_send(anycompatiblearray) anycompatiblemultirange_in(cstring,oid,int4)
anycompatiblemultirange_out(anycompatiblemultirange) anycompatiblenonarray_in(cstring)
anycompatiblenonarray_out(anycompatiblenonarray) anycompatiblerange_in(cstring,oid,int4)
anycompatiblerange_out(anycompatiblerange) anyelement_in(cstring) anyelement_out(anyelement)
anyenum_in(cstring) anyenum_out(anyenum) anymultirange_in(cstring,oid,int4) anymultirange_out(anymultirange)
anynonarray_in(cstring) anynonarray_out(anynonarray) anyrange_in(cstring,oid,int4) anyrange_out(anyrange)
anytextcat(anynonarray,text) area(box) area(circle) area(path) areajoinsel(internal,oid,internal,int2,internal)
areasel(internal,oid,internal,int4) array_agg(anyarray) array_agg(anynonarray)
array_agg_array_combine(internal,internal) array_agg_array_deserialize(bytea,internal)
array_agg_array_finalfn(internal,anyarray) array_agg_array_serialize(internal)
array_agg_array_transfn(internal,anyarray) array_agg_combine(internal,internal)
array_agg_deserialize(bytea,internal) array_agg_finalfn(internal,anynonarray) array_agg_serialize(internal)
array_agg_transfn(internal,anynonarray) array_append(anyarray,anyelement)
array_append(anycompatiblearray,anycompatible) array_append_support(internal) array_cat(anyarray,anyarray)
array_cat(anycompatiblearray,anycompatiblearray) array_dims(anyarray) array_eq(anyarray,anyarray)
array_fill(anyelement,int4[]) array_fill(anyelement,int4[],int4[]) array_ge(anyarray,anyarray)
array_gt(anyarray,anyarray) array_larger(anyarray,anyarray) array_le(anyarray,anyarray)
array_length(anyarray,int4) array_lower(anyarray,int4) array_lt(anyarray,anyarray) array_ndims(anyarray)
array_ne(anyarray,anyarray) array_out(anyarray) array_position(anyarray,anyelement)
array_position(anyarray,anyelement,int4) array_position(anycompatiblearray,anycompatible)
array_position(anycompatiblearray,anycompatible,int4) array_positions(anyarray,anyelement)
array_positions(anycompatiblearray,anycompatible) array_prepend(anycompatible,anycompatiblearray)
array_prepend(anyelement,anyarray) array_prepend_support(internal) array_recv(internal,oid,int4)
array_remove(anyarray,anyelement) array_remove(anycompatiblearray,anycompatible)
array_replace(anyarray,anyelement,anyelement) array_replace(anycompatiblearray,anycompatible,anycompatible)
array_reverse(anyarray) array_sample(anyarray,int4) array_send(anyarray) array_shuffle(anyarray)
array_smaller(anyarray,anyarray) array_sort(anyarray) array_sort(anyarray,bool) array_sort(anyarray,bool,bool)
array_subscript_handler(internal) array_subscript_handler_support(internal) array_to_json(anyarray)
array_to_json(anyarray,bool) array_to_string(anyarray,text) array_to_string(anyarray,text,text)
array_to_tsvector(text[]) array_typanalyze(internal) array_unnest_support(internal) array_upper(anyarray,int4)
arraycontained(anyarray,anyarray) arraycontains(anyarray,anyarray)
arraycontjoinsel(internal,oid,internal,int2,internal) arraycontsel(internal,oid,internal,int4)
arrayoverlap(anyarray,anyarray) ascii(text) asin(float8) asind(float8) asinh(float8) atan(float8)
atan2(float8,float8) atan2d(float8,float8) atand(float8) atanh(float8) avg(float4) avg(float8) avg(int2)
avg(int4) avg(int8) avg(interval) avg(numeric) bernoulli(internal)
big5_to_euc_tw(int4,int4,cstring,internal,int4,bool) big5_to_mic(int4,int4,cstring,internal,int4,bool)
big5_to_utf8(int4,int4,cstring,internal,int4,bool) bit(bit,int4,bool) bit(int4,int4) bit(int8,int4)
bit_and(bit) bit_and(int2) bit_and(int4) bit_and(int8) bit_count(bit) bit_count(bytea) bit_in(cstring,oid,int4)
bit_length(bit) bit_length(bytea) bit_length(text) bit_or(bit) bit_or(int2) bit_or(int4) bit_or(int8)
bit_out(bit) bit_recv(internal,oid,int4) bit_send(bit) bit_xor(bit) bit_xor(int2) bit_xor(int4) bit_xor(int8)
bitand(bit,bit) bitcat(varbit,varbit) bitcmp(bit,bit) biteq(bit,bit) bitge(bit,bit) bitgt(bit,bit)
bitle(bit,bit) bitlt(bit,bit) bitne(bit,bit) bitnot(bit) bitor(bit,bit) bitshiftleft(bit,int4)
bitshiftright(bit,int4) bittypmodin(cstring[]) bittypmodout(int4) bitxor(bit,bit) bool(int4) bool(jsonb)
bool_accum(internal,bool) bool_accum_inv(internal,bool) bool_alltrue(internal) bool_and(bool)
bool_anytrue(internal) bool_or(bool) booland_statefunc(bool,bool) booleq(bool,bool) boolge(bool,bool)
boolgt(bool,bool) boolin(cstring) boolle(bool,bool) boollt(bool,bool) boolne(bool,bool)
boolor_statefunc(bool,bool) boolout(bool) boolrecv(internal) boolsend(bool) bound_box(box,box) box(circle)
box(point) box(point,point) box(polygon) box_above(box,box) box_above_eq(box,box) box_add(box,point)
box_below(box,box) box_below_eq(box,box) box_center(box) box_contain(box,box) box_contain_pt(box,point)
box_contained(box,box) box_distance(box,box) box_div(box,point) box_eq(box,box) box_ge(box,box) box_gt(box,box)
box_in(cstring) box_intersect(box,box) box_le(box,box) box_left(box,box) box_lt(box,box) box_mul(box,point)
box_out(box) box_overabove(box,box) box_overbelow(box,box) box_overlap(box,box) box_overleft(box,box)
box_overright(box,box) box_recv(internal) box_right(box,box) box_same(box,box) box_send(box) box_sub(box,point)
bpchar(bpchar,int4,bool) bpchar(char) bpchar(name) bpchar_larger(bpchar,bpchar)
bpchar_pattern_ge(bpchar,bpchar) bpchar_pattern_gt(bpchar,bpchar) bpchar_pattern_le(bpchar,bpchar)
bpchar_pattern_lt(bpchar,bpchar) bpchar_smaller(bpchar,bpchar) bpchar_sortsupport(internal)
bpcharcmp(bpchar,bpchar) bpchareq(bpchar,bpchar) bpcharge(bpchar,bpchar) bpchargt(bpchar,bpchar)
bpchariclike(bpchar,text) bpcharicnlike(bpchar,text) bpcharicregexeq(bpchar,text) bpcharicregexne(bpchar,text)
bpcharin(cstring,oid,int4) bpcharle(bpchar,bpchar) bpcharlike(bpchar,text) bpcharlt(bpchar,bpchar)
bpcharne(bpchar,bpchar) bpcharnlike(bpchar,text) bpcharout(bpchar) bpcharrecv(internal,oid,int4)
bpcharregexeq(bpchar,text) bpcharregexne(bpchar,text) bpcharsend(bpchar) bpchartypmodin(cstring[])
bpchartypmodout(int4) brin_bloom_add_value(internal,internal,internal,internal)
brin_bloom_consistent(internal,internal,internal,int4) brin_bloom_opcinfo(internal)
brin_bloom_options(internal) brin_bloom_summary_in(cstring) brin_bloom_summary_out(pg_brin_bloom_summary)
brin_bloom_summary_recv(internal) brin_bloom_summary_send(pg_brin_bloom_summary)
brin_bloom_union(internal,internal,internal) brin_inclusion_add_value(internal,internal,internal,internal)
brin_inclusion_consistent(internal,internal,internal) brin_inclusion_opcinfo(internal)
brin_inclusion_union(internal,internal,internal) brin_minmax_add_value(internal,internal,internal,internal)
brin_minmax_consistent(internal,internal,internal)
brin_minmax_multi_add_value(internal,internal,internal,internal)
brin_minmax_multi_consistent(internal,internal,internal,int4)
brin_minmax_multi_distance_date(internal,internal) brin_minmax_multi_distance_float4(internal,internal)
brin_minmax_multi_distance_float8(internal,internal) brin_minmax_multi_distance_inet(internal,internal)
brin_minmax_multi_distance_int2(internal,internal) brin_minmax_multi_distance_int4(internal,internal)
brin_minmax_multi_distance_int8(internal,internal) brin_minmax_multi_distance_interval(internal,internal)
brin_minmax_multi_distance_macaddr(internal,internal) brin_minmax_multi_distance_macaddr8(internal,internal)
brin_minmax_multi_distance_numeric(internal,internal) brin_minmax_multi_distance_pg_lsn(internal,internal)
brin_minmax_multi_distance_tid(internal,internal) brin_minmax_multi_distance_time(internal,internal)
brin_minmax_multi_distance_timestamp(internal,internal) brin_minmax_multi_distance_timetz(internal,internal)
brin_minmax_multi_distance_uuid(internal,internal) brin_minmax_multi_opcinfo(internal)
brin_minmax_multi_options(internal) brin_minmax_multi_summary_in(cstring)
brin_minmax_multi_summary_out(pg_brin_minmax_multi_summary) brin_minmax_multi_summary_recv(internal)
brin_minmax_multi_summary_send(pg_brin_minmax_multi_summary)
brin_minmax_multi_union(internal,internal,internal) brin_minmax_opcinfo(internal)
brin_minmax_union(internal,internal,internal) brinhandler(internal) broadcast(inet)
btarraycmp(anyarray,anyarray) btboolcmp(bool,bool) btboolskipsupport(internal)
btbpchar_pattern_cmp(bpchar,bpchar) btbpchar_pattern_sortsupport(internal) btcharcmp(char,char)
btcharskipsupport(internal) btequalimage(oid) btfloat48cmp(float4,float8) btfloat4cmp(float4,float4)
btfloat4sortsupport(internal) btfloat84cmp(float8,float4) btfloat8cmp(float8,float8)
btfloat8sortsupport(internal) bthandler(internal) btint24cmp(int2,int4) btint28cmp(int2,int8)
btint2cmp(int2,int2) btint2skipsupport(internal) btint2sortsupport(internal) btint42cmp(int4,int2)
btint48cmp(int4,int8) btint4cmp(int4,int4) btint4skipsupport(internal) btint4sortsupport(internal)
btint82cmp(int8,int2) btint84cmp(int8,int4) btint8cmp(int8,int8) btint8skipsupport(internal)
btint8sortsupport(internal) btnamecmp(name,name) btnamesortsupport(internal) btnametextcmp(name,text)
btoidcmp(oid,oid) btoidskipsupport(internal) btoidsortsupport(internal) btoidvectorcmp(oidvector,oidvector)
btrecordcmp(record,record) btrecordimagecmp(record,record) btrim(bytea,bytea) btrim(text) btrim(text,text)
bttext_pattern_cmp(text,text) bttext_pattern_sortsupport(internal) bttextcmp(text,text)
bttextnamecmp(text,name) bttextsortsupport(internal) bttidcmp(tid,tid) btvarstrequalimage(oid) bytea(int2)
bytea(int4) bytea(int8) bytea_larger(bytea,bytea) bytea_smaller(bytea,bytea) bytea_sortsupport(internal)
bytea_string_agg_finalfn(internal) bytea_string_agg_transfn(internal,bytea,bytea) byteacat(bytea,bytea)
byteacmp(bytea,bytea) byteaeq(bytea,bytea) byteage(bytea,bytea) byteagt(bytea,bytea) byteain(cstring)
byteale(bytea,bytea) bytealike(bytea,bytea) bytealt(bytea,bytea) byteane(bytea,bytea) byteanlike(bytea,bytea)
byteaout(bytea) bytearecv(internal) byteasend(bytea) cardinality(anyarray) casefold(text) cash_cmp(money,money)
cash_div_cash(money,money) cash_div_flt4(money,float4) cash_div_flt8(money,float8) cash_div_int2(money,int2)
cash_div_int4(money,int4) cash_div_int8(money,int8) cash_eq(money,money) cash_ge(money,money)
cash_gt(money,money) cash_in(cstring) cash_le(money,money) cash_lt(money,money) cash_mi(money,money)
cash_mul_flt4(money,float4) cash_mul_flt8(money,float8) cash_mul_int2(money,int2) cash_mul_int4(money,int4)
cash_mul_int8(money,int8) cash_ne(money,money) cash_out(money) cash_pl(money,money) cash_recv(internal)
cash_send(money) cash_words(money) cashlarger(money,money) cashsmaller(money,money) cbrt(float8) ceil(float8)
ceil(numeric) ceiling(float8) ceiling(numeric) center(box) center(circle) char(int4) char(text)
char_length(bpchar) char_length(text) character_length(bpchar) character_length(text) chareq(char,char)
charge(char,char) chargt(char,char) charin(cstring) charle(char,char) charlt(char,char) charne(char,char)
charout(char) charrecv(internal) charsend(char) chr(int4) cideq(cid,cid) cidin(cstring) cidout(cid) cidr(inet)
cidr_in(cstring) cidr_out(cidr) cidr_recv(internal) cidr_send(cidr) cidrecv(internal) cidsend(cid) circle(box)
circle(point,float8) circle(polygon) circle_above(circle,circle) circle_add_pt(circle,point)
circle_below(circle,circle) circle_center(circle) circle_contain(circle,circle) circle_contain_pt(circle,point)
circle_contained(circle,circle) circle_distance(circle,circle) circle_div_pt(circle,point)
circle_eq(circle,circle) circle_ge(circle,circle) circle_gt(circle,circle) circle_in(cstring)
circle_le(circle,circle) circle_left(circle,circle) circle_lt(circle,circle) circle_mul_pt(circle,point)
circle_ne(circle,circle) circle_out(circle) circle_overabove(circle,circle) circle_overbelow(circle,circle)
circle_overlap(circle,circle) circle_overleft(circle,circle) circle_overright(circle,circle)
circle_recv(internal) circle_right(circle,circle) circle_same(circle,circle) circle_send(circle)
circle_sub_pt(circle,point) clock_timestamp() close_ls(line,lseg) close_lseg(lseg,lseg) close_pb(point,box)
close_pl(point,line) close_ps(point,lseg) close_sb(lseg,box) col_description(oid,int4) concat(any)
concat_ws(text,any) contjoinsel(internal,oid,internal,int2,internal) contsel(internal,oid,internal,int4)
convert(bytea,name,name) convert_from(bytea,name) convert_to(text,name) corr(float8,float8) cos(float8)
cosd(float8) cosh(float8) cot(float8) cotd(float8) count() count(any) covar_pop(float8,float8)
covar_samp(float8,float8) crc32(bytea) crc32c(bytea) cstring_in(cstring) cstring_out(cstring)
cstring_recv(internal) cstring_send(cstring) cume_dist() cume_dist(any) cume_dist_final(internal,any)
current_database() current_query() current_schema() current_schemas(bool) current_setting(text)
current_setting(text,bool) current_user() date(timestamp) date(timestamptz) date_add(timestamptz,interval)
date_add(timestamptz,interval,text) date_bin(interval,timestamp,timestamp)
date_bin(interval,timestamptz,timestamptz) date_cmp(date,date) date_cmp_timestamp(date,timestamp)
date_cmp_timestamptz(date,timestamptz) date_eq(date,date) date_eq_timestamp(date,timestamp)
date_eq_timestamptz(date,timestamptz) date_ge(date,date) date_ge_timestamp(date,timestamp)
date_ge_timestamptz(date,timestamptz) date_gt(date,date) date_gt_timestamp(date,timestamp)
date_gt_timestamptz(date,timestamptz) date_in(cstring) date_larger(date,date) date_le(date,date)
date_le_timestamp(date,timestamp) date_le_timestamptz(date,timestamptz) date_lt(date,date)
date_lt_timestamp(date,timestamp) date_lt_timestamptz(date,timestamptz) date_mi(date,date)
date_mi_interval(date,interval) date_mii(date,int4) date_ne(date,date) date_ne_timestamp(date,timestamp)
date_ne_timestamptz(date,timestamptz) date_out(date) date_part(text,date) date_part(text,interval)
date_part(text,time) date_part(text,timestamp) date_part(text,timestamptz) date_part(text,timetz)
date_pl_interval(date,interval) date_pli(date,int4) date_recv(internal) date_send(date)
date_skipsupport(internal) date_smaller(date,date) date_sortsupport(internal)
date_subtract(timestamptz,interval) date_subtract(timestamptz,interval,text) date_trunc(text,interval)
date_trunc(text,timestamp) date_trunc(text,timestamptz) date_trunc(text,timestamptz,text) datemultirange()
datemultirange(daterange) datemultirange(daterange[]) daterange(date,date) daterange(date,date,text)
daterange_canonical(daterange) daterange_subdiff(date,date) datetime_pl(date,time) datetimetz_pl(date,timetz)
dcbrt(float8) decode(text,text) degrees(float8) dense_rank() dense_rank(any) dense_rank_final(internal,any)
dexp(float8) diagonal(box) diameter(circle) dispell_init(internal)
dispell_lexize(internal,internal,internal,internal) dist_bp(box,point) dist_bs(box,lseg)
dist_cpoint(circle,point) dist_cpoly(circle,polygon) dist_lp(line,point) dist_ls(line,lseg)
dist_pathp(path,point) dist_pb(point,box) dist_pc(point,circle) dist_pl(point,line) dist_polyc(polygon,circle)
dist_polyp(polygon,point) dist_ppath(point,path) dist_ppoly(point,polygon) dist_ps(point,lseg)
dist_sb(lseg,box) dist_sl(lseg,line) dist_sp(lseg,point) div(numeric,numeric) dlog1(float8) dlog10(float8)
domain_recv(internal,oid,int4) dpow(float8,float8) dround(float8) dsimple_init(internal)
dsimple_lexize(internal,internal,internal,internal) dsnowball_init(internal)
dsnowball_lexize(internal,internal,internal,internal) dsqrt(float8) dsynonym_init(internal)
dsynonym_lexize(internal,internal,internal,internal) dtrunc(float8)
elem_contained_by_multirange(anyelement,anymultirange) elem_contained_by_range(anyelement,anyrange)
elem_contained_by_range_support(internal) encode(bytea,text) enum_cmp(anyenum,anyenum) enum_eq(anyenum,anyenum)
enum_first(anyenum) enum_ge(anyenum,anyenum) enum_gt(anyenum,anyenum) enum_larger(anyenum,anyenum)
enum_last(anyenum) enum_le(anyenum,anyenum) enum_lt(anyenum,anyenum) enum_ne(anyenum,anyenum) enum_out(anyenum)
enum_range(anyenum) enum_range(anyenum,anyenum) enum_recv(internal,oid) enum_send(anyenum)
enum_smaller(anyenum,anyenum) eqjoinsel(internal,oid,internal,int2,internal) eqsel(internal,oid,internal,int4)
erf(float8) erfc(float8) euc_cn_to_mic(int4,int4,cstring,internal,int4,bool)
euc_cn_to_utf8(int4,int4,cstring,internal,int4,bool)
euc_jis_2004_to_shift_jis_2004(int4,int4,cstring,internal,int4,bool)
euc_jis_2004_to_utf8(int4,int4,cstring,internal,int4,bool) euc_jp_to_mic(int4,int4,cstring,internal,int4,bool)
euc_jp_to_sjis(int4,int4,cstring,internal,int4,bool) euc_jp_to_utf8(int4,int4,cstring,internal,int4,bool)
euc_kr_to_mic(int4,int4,cstring,internal,int4,bool) euc_kr_to_utf8(int4,int4,cstring,internal,int4,bool)
euc_tw_to_big5(int4,int4,cstring,internal,int4,bool) euc_tw_to_mic(int4,int4,cstring,internal,int4,bool)
euc_tw_to_utf8(int4,int4,cstring,internal,int4,bool) event_trigger_in(cstring) event_trigger_out(event_trigger)
every(bool) exp(float8) exp(numeric) extract(text,date) extract(text,interval) extract(text,time)
extract(text,timestamp) extract(text,timestamptz) extract(text,timetz) factorial(int8) family(inet)
fdw_handler_in(cstring) fdw_handler_out(fdw_handler) first_value(anyelement) float4(float8) float4(int2)
float4(int4) float4(int8) float4(jsonb) float4(numeric) float48div(float4,float8) float48eq(float4,float8)
float48ge(float4,float8) float48gt(float4,float8) float48le(float4,float8) float48lt(float4,float8)
float48mi(float4,float8) float48mul(float4,float8) float48ne(float4,float8) float48pl(float4,float8)
float4_accum(float8[],float4) float4abs(float4) float4div(float4,float4) float4eq(float4,float4)
float4ge(float4,float4) float4gt(float4,float4) float4in(cstring) float4larger(float4,float4)
float4le(float4,float4) float4lt(float4,float4) float4mi(float4,float4) float4mul(float4,float4)
float4ne(float4,float4) float4out(float4) float4pl(float4,float4) float4recv(internal) float4send(float4)
float4smaller(float4,float4) float4um(float4) float4up(float4) float8(float4) float8(int2) float8(int4)
float8(int8) float8(jsonb) float8(numeric) float84div(float8,float4) float84eq(float8,float4)
float84ge(float8,float4) float84gt(float8,float4) float84le(float8,float4) float84lt(float8,float4)
float84mi(float8,float4) float84mul(float8,float4) float84ne(float8,float4) float84pl(float8,float4)
float8_accum(float8[],float8) float8_avg(float8[]) float8_combine(float8[],float8[]) float8_corr(float8[])
float8_covar_pop(float8[]) float8_covar_samp(float8[]) float8_regr_accum(float8[],float8,float8)
float8_regr_avgx(float8[]) float8_regr_avgy(float8[]) float8_regr_combine(float8[],float8[])
float8_regr_intercept(float8[]) float8_regr_r2(float8[]) float8_regr_slope(float8[]) float8_regr_sxx(float8[])
float8_regr_sxy(float8[]) float8_regr_syy(float8[]) float8_stddev_pop(float8[]) float8_stddev_samp(float8[])
float8_var_pop(float8[]) float8_var_samp(float8[]) float8abs(float8) float8div(float8,float8)
float8eq(float8,float8) float8ge(float8,float8) float8gt(float8,float8) float8in(cstring)
float8larger(float8,float8) float8le(float8,float8) float8lt(float8,float8) float8mi(float8,float8)
float8mul(float8,float8) float8ne(float8,float8) float8out(float8) float8pl(float8,float8) float8recv(internal)
float8send(float8) float8smaller(float8,float8) float8um(float8) float8up(float8) floor(float8) floor(numeric)
flt4_mul_cash(float4,money) flt8_mul_cash(float8,money) fmgr_c_validator(oid) fmgr_internal_validator(oid)
fmgr_sql_validator(oid) format(text) format(text,any) format_type(oid,int4) gamma(float8)
gb18030_to_utf8(int4,int4,cstring,internal,int4,bool) gbk_to_utf8(int4,int4,cstring,internal,int4,bool)
gcd(int4,int4) gcd(int8,int8) gcd(numeric,numeric) gen_random_uuid() generate_series(int4,int4)
generate_series(int4,int4,int4) generate_series(int8,int8) generate_series(int8,int8,int8)
generate_series(numeric,numeric) generate_series(numeric,numeric,numeric)
generate_series(timestamp,timestamp,interval) generate_series(timestamptz,timestamptz,interval)
generate_series(timestamptz,timestamptz,interval,text) generate_series_int4_support(internal)
generate_series_int8_support(internal) generate_series_numeric_support(internal)
generate_series_timestamp_support(internal) generate_subscripts(anyarray,int4)
generate_subscripts(anyarray,int4,bool) get_bit(bit,int4) get_bit(bytea,int8) get_byte(bytea,int4)
get_current_ts_config() getdatabaseencoding() getpgusername() gin_cmp_prefix(text,text,int2,internal)
gin_cmp_tslexeme(text,text) gin_compare_jsonb(text,text)
gin_consistent_jsonb(internal,int2,jsonb,int4,internal,internal,internal,internal)
gin_consistent_jsonb_path(internal,int2,jsonb,int4,internal,internal,internal,internal)
gin_extract_jsonb(jsonb,internal,internal) gin_extract_jsonb_path(jsonb,internal,internal)
gin_extract_jsonb_query(jsonb,internal,int2,internal,internal,internal,internal)
gin_extract_jsonb_query_path(jsonb,internal,int2,internal,internal,internal,internal)
gin_extract_tsquery(tsquery,internal,int2,internal,internal)
gin_extract_tsquery(tsquery,internal,int2,internal,internal,internal,internal)
gin_extract_tsquery(tsvector,internal,int2,internal,internal,internal,internal)
gin_extract_tsvector(tsvector,internal) gin_extract_tsvector(tsvector,internal,internal)
gin_triconsistent_jsonb(internal,int2,jsonb,int4,internal,internal,internal)
gin_triconsistent_jsonb_path(internal,int2,jsonb,int4,internal,internal,internal)
gin_tsquery_consistent(internal,int2,tsquery,int4,internal,internal)
gin_tsquery_consistent(internal,int2,tsquery,int4,internal,internal,internal,internal)
gin_tsquery_consistent(internal,int2,tsvector,int4,internal,internal,internal,internal)
gin_tsquery_triconsistent(internal,int2,tsvector,int4,internal,internal,internal)
ginarrayconsistent(internal,int2,anyarray,int4,internal,internal,internal,internal)
ginarrayextract(anyarray,internal) ginarrayextract(anyarray,internal,internal)
ginarraytriconsistent(internal,int2,anyarray,int4,internal,internal,internal) ginhandler(internal)
ginqueryarrayextract(anyarray,internal,int2,internal,internal,internal,internal)
gist_box_consistent(internal,box,int2,oid,internal) gist_box_distance(internal,box,int2,oid,internal)
gist_box_penalty(internal,internal,internal) gist_box_picksplit(internal,internal)
gist_box_same(box,box,internal) gist_box_union(internal,internal) gist_circle_compress(internal)
gist_circle_consistent(internal,circle,int2,oid,internal)
gist_circle_distance(internal,circle,int2,oid,internal) gist_point_compress(internal)
gist_point_consistent(internal,point,int2,oid,internal) gist_point_distance(internal,point,int2,oid,internal)
gist_point_fetch(internal) gist_point_sortsupport(internal) gist_poly_compress(internal)
gist_poly_consistent(internal,polygon,int2,oid,internal) gist_poly_distance(internal,polygon,int2,oid,internal)
gist_translate_cmptype_common(int4) gisthandler(internal) gtsquery_compress(internal)
gtsquery_consistent(internal,internal,int4,oid,internal)
gtsquery_consistent(internal,tsquery,int2,oid,internal) gtsquery_penalty(internal,internal,internal)
gtsquery_picksplit(internal,internal) gtsquery_same(int8,int8,internal) gtsquery_union(internal,internal)
gtsvector_compress(internal) gtsvector_consistent(internal,gtsvector,int4,oid,internal)
gtsvector_consistent(internal,tsvector,int2,oid,internal) gtsvector_decompress(internal)
gtsvector_options(internal) gtsvector_penalty(internal,internal,internal)
gtsvector_picksplit(internal,internal) gtsvector_same(gtsvector,gtsvector,internal)
gtsvector_union(internal,internal) gtsvectorin(cstring) gtsvectorout(gtsvector)
has_any_column_privilege(name,oid,text) has_any_column_privilege(name,text,text)
has_any_column_privilege(oid,oid,text) has_any_column_privilege(oid,text)
has_any_column_privilege(oid,text,text) has_any_column_privilege(text,text)
has_column_privilege(name,oid,int2,text) has_column_privilege(name,oid,text,text)
has_column_privilege(name,text,int2,text) has_column_privilege(name,text,text,text)
has_column_privilege(oid,int2,text) has_column_privilege(oid,oid,int2,text)
has_column_privilege(oid,oid,text,text) has_column_privilege(oid,text,int2,text)
has_column_privilege(oid,text,text) has_column_privilege(oid,text,text,text)
has_column_privilege(text,int2,text) has_column_privilege(text,text,text) has_database_privilege(name,oid,text)
has_database_privilege(name,text,text) has_database_privilege(oid,oid,text) has_database_privilege(oid,text)
has_database_privilege(oid,text,text) has_database_privilege(text,text)
has_foreign_data_wrapper_privilege(name,oid,text) has_foreign_data_wrapper_privilege(name,text,text)
has_foreign_data_wrapper_privilege(oid,oid,text) has_foreign_data_wrapper_privilege(oid,text)
has_foreign_data_wrapper_privilege(oid,text,text) has_foreign_data_wrapper_privilege(text,text)
has_function_privilege(name,oid,text) has_function_privilege(name,text,text)
has_function_privilege(oid,oid,text) has_function_privilege(oid,text) has_function_privilege(oid,text,text)
has_function_privilege(text,text) has_language_privilege(name,oid,text) has_language_privilege(name,text,text)
has_language_privilege(oid,oid,text) has_language_privilege(oid,text) has_language_privilege(oid,text,text)
has_language_privilege(text,text) has_largeobject_privilege(name,oid,text)
has_largeobject_privilege(oid,oid,text) has_largeobject_privilege(oid,text)
has_parameter_privilege(name,text,text) has_parameter_privilege(oid,text,text)
has_parameter_privilege(text,text) has_schema_privilege(name,oid,text) has_schema_privilege(name,text,text)
has_schema_privilege(oid,oid,text) has_schema_privilege(oid,text) has_schema_privilege(oid,text,text)
has_schema_privilege(text,text) has_sequence_privilege(name,oid,text) has_sequence_privilege(name,text,text)
has_sequence_privilege(oid,oid,text) has_sequence_privilege(oid,text) has_sequence_privilege(oid,text,text)
has_sequence_privilege(text,text) has_server_privilege(name,oid,text) has_server_privilege(name,text,text)
has_server_privilege(oid,oid,text) has_server_privilege(oid,text) has_server_privilege(oid,text,text)
has_server_privilege(text,text) has_table_privilege(name,oid,text) has_table_privilege(name,text,text)
has_table_privilege(oid,oid,text) has_table_privilege(oid,text) has_table_privilege(oid,text,text)
has_table_privilege(text,text) has_tablespace_privilege(name,oid,text) has_tablespace_privilege(name,text,text)
has_tablespace_privilege(oid,oid,text) has_tablespace_privilege(oid,text)
has_tablespace_privilege(oid,text,text) has_tablespace_privilege(text,text) has_type_privilege(name,oid,text)
has_type_privilege(name,text,text) has_type_privilege(oid,oid,text) has_type_privilege(oid,text)
has_type_privilege(oid,text,text) has_type_privilege(text,text) hash_aclitem(aclitem)
hash_aclitem_extended(aclitem,int8) hash_array(anyarray) hash_array_extended(anyarray,int8)
hash_multirange(anymultirange) hash_multirange_extended(anymultirange,int8) hash_numeric(numeric)
hash_numeric_extended(numeric,int8) hash_range(anyrange) hash_range_extended(anyrange,int8) hash_record(record)
hash_record_extended(record,int8) hashbool(bool) hashboolextended(bool,int8) hashbpchar(bpchar)
hashbpcharextended(bpchar,int8) hashbytea(bytea) hashbyteaextended(bytea,int8) hashchar(char)
hashcharextended(char,int8) hashcid(cid) hashcidextended(cid,int8) hashdate(date) hashdateextended(date,int8)
hashenum(anyenum) hashenumextended(anyenum,int8) hashfloat4(float4) hashfloat4extended(float4,int8)
hashfloat8(float8) hashfloat8extended(float8,int8) hashhandler(internal) hashinet(inet)
hashinetextended(inet,int8) hashint2(int2) hashint2extended(int2,int8) hashint4(int4)
hashint4extended(int4,int8) hashint8(int8) hashint8extended(int8,int8) hashmacaddr(macaddr)
hashmacaddr8(macaddr8) hashmacaddr8extended(macaddr8,int8) hashmacaddrextended(macaddr,int8) hashname(name)
hashnameextended(name,int8) hashoid(oid) hashoidextended(oid,int8) hashoidvector(oidvector)
hashoidvectorextended(oidvector,int8) hashtext(text) hashtextextended(text,int8) hashtid(tid)
hashtidextended(tid,int8) hashvarlena(internal) hashvarlenaextended(internal,int8) hashxid(xid) hashxid8(xid8)
hashxid8extended(xid8,int8) hashxidextended(xid,int8) heap_tableam_handler(internal) height(box) host(inet)
hostmask(inet) iclikejoinsel(internal,oid,internal,int2,internal) iclikesel(internal,oid,internal,int4)
icnlikejoinsel(internal,oid,internal,int2,internal) icnlikesel(internal,oid,internal,int4)
icregexeqjoinsel(internal,oid,internal,int2,internal) icregexeqsel(internal,oid,internal,int4)
icregexnejoinsel(internal,oid,internal,int2,internal) icregexnesel(internal,oid,internal,int4)
icu_unicode_version() in_range(date,date,interval,bool,bool) in_range(float4,float4,float8,bool,bool)
in_range(float8,float8,float8,bool,bool) in_range(int2,int2,int2,bool,bool) in_range(int2,int2,int4,bool,bool)
in_range(int2,int2,int8,bool,bool) in_range(int4,int4,int2,bool,bool) in_range(int4,int4,int4,bool,bool)
in_range(int4,int4,int8,bool,bool) in_range(int8,int8,int8,bool,bool)
in_range(interval,interval,interval,bool,bool) in_range(numeric,numeric,numeric,bool,bool)
in_range(time,time,interval,bool,bool) in_range(timestamp,timestamp,interval,bool,bool)
in_range(timestamptz,timestamptz,interval,bool,bool) in_range(timetz,timetz,interval,bool,bool)
index_am_handler_in(cstring) index_am_handler_out(index_am_handler) inet_client_addr() inet_client_port()
inet_gist_compress(internal) inet_gist_consistent(internal,inet,int2,oid,internal) inet_gist_fetch(internal)
inet_gist_penalty(internal,internal,internal) inet_gist_picksplit(internal,internal)
inet_gist_same(inet,inet,internal) inet_gist_union(internal,internal) inet_in(cstring) inet_merge(inet,inet)
inet_out(inet) inet_recv(internal) inet_same_family(inet,inet) inet_send(inet) inet_server_addr()
inet_server_port() inet_spg_choose(internal,internal) inet_spg_config(internal,internal)
inet_spg_inner_consistent(internal,internal) inet_spg_leaf_consistent(internal,internal)
inet_spg_picksplit(internal,internal) inetand(inet,inet) inetmi(inet,inet) inetmi_int8(inet,int8) inetnot(inet)
inetor(inet,inet) inetpl(inet,int8) initcap(text) int2(bytea) int2(float4) int2(float8) int2(int4) int2(int8)
int2(jsonb) int2(numeric) int24div(int2,int4) int24eq(int2,int4) int24ge(int2,int4) int24gt(int2,int4)
int24le(int2,int4) int24lt(int2,int4) int24mi(int2,int4) int24mul(int2,int4) int24ne(int2,int4)
int24pl(int2,int4) int28div(int2,int8) int28eq(int2,int8) int28ge(int2,int8) int28gt(int2,int8)
int28le(int2,int8) int28lt(int2,int8) int28mi(int2,int8) int28mul(int2,int8) int28ne(int2,int8)
int28pl(int2,int8) int2_accum(internal,int2) int2_accum_inv(internal,int2) int2_avg_accum(int8[],int2)
int2_avg_accum_inv(int8[],int2) int2_mul_cash(int2,money) int2_sum(int8,int2) int2abs(int2) int2and(int2,int2)
int2div(int2,int2) int2eq(int2,int2) int2ge(int2,int2) int2gt(int2,int2) int2in(cstring) int2int4_sum(int8[])
int2larger(int2,int2) int2le(int2,int2) int2lt(int2,int2) int2mi(int2,int2) int2mod(int2,int2)
int2mul(int2,int2) int2ne(int2,int2) int2not(int2) int2or(int2,int2) int2out(int2) int2pl(int2,int2)
int2recv(internal) int2send(int2) int2shl(int2,int4) int2shr(int2,int4) int2smaller(int2,int2) int2um(int2)
int2up(int2) int2vectorin(cstring) int2vectorout(int2vector) int2vectorrecv(internal)
int2vectorsend(int2vector) int2xor(int2,int2) int4(bit) int4(bool) int4(bytea) int4(char) int4(float4)
int4(float8) int4(int2) int4(int8) int4(jsonb) int4(numeric) int42div(int4,int2) int42eq(int4,int2)
int42ge(int4,int2) int42gt(int4,int2) int42le(int4,int2) int42lt(int4,int2) int42mi(int4,int2)
int42mul(int4,int2) int42ne(int4,int2) int42pl(int4,int2) int48div(int4,int8) int48eq(int4,int8)
int48ge(int4,int8) int48gt(int4,int8) int48le(int4,int8) int48lt(int4,int8) int48mi(int4,int8)
int48mul(int4,int8) int48ne(int4,int8) int48pl(int4,int8) int4_accum(internal,int4)
int4_accum_inv(internal,int4) int4_avg_accum(int8[],int4) int4_avg_accum_inv(int8[],int4)
int4_avg_combine(int8[],int8[]) int4_mul_cash(int4,money) int4_sum(int8,int4) int4abs(int4) int4and(int4,int4)
int4div(int4,int4) int4eq(int4,int4) int4ge(int4,int4) int4gt(int4,int4) int4in(cstring) int4inc(int4)
int4larger(int4,int4) int4le(int4,int4) int4lt(int4,int4) int4mi(int4,int4) int4mod(int4,int4)
int4mul(int4,int4) int4multirange() int4multirange(int4range) int4multirange(int4range[]) int4ne(int4,int4)
int4not(int4) int4or(int4,int4) int4out(int4) int4pl(int4,int4) int4range(int4,int4) int4range(int4,int4,text)
int4range_canonical(int4range) int4range_subdiff(int4,int4) int4recv(internal) int4send(int4)
int4shl(int4,int4) int4shr(int4,int4) int4smaller(int4,int4) int4um(int4) int4up(int4) int4xor(int4,int4)
int8(bit) int8(bytea) int8(float4) int8(float8) int8(int2) int8(int4) int8(jsonb) int8(numeric) int8(oid)
int82div(int8,int2) int82eq(int8,int2) int82ge(int8,int2) int82gt(int8,int2) int82le(int8,int2)
int82lt(int8,int2) int82mi(int8,int2) int82mul(int8,int2) int82ne(int8,int2) int82pl(int8,int2)
int84div(int8,int4) int84eq(int8,int4) int84ge(int8,int4) int84gt(int8,int4) int84le(int8,int4)
int84lt(int8,int4) int84mi(int8,int4) int84mul(int8,int4) int84ne(int8,int4) int84pl(int8,int4)
int8_accum(internal,int8) int8_accum_inv(internal,int8) int8_avg(int8[]) int8_avg_accum(internal,int8)
int8_avg_accum_inv(internal,int8) int8_avg_combine(internal,internal) int8_avg_deserialize(bytea,internal)
int8_avg_serialize(internal) int8_mul_cash(int8,money) int8_sum(numeric,int8) int8abs(int8) int8and(int8,int8)
int8dec(int8) int8dec_any(int8,any) int8div(int8,int8) int8eq(int8,int8) int8ge(int8,int8) int8gt(int8,int8)
int8in(cstring) int8inc(int8) int8inc_any(int8,any) int8inc_float8_float8(int8,float8,float8)
int8inc_support(internal) int8larger(int8,int8) int8le(int8,int8) int8lt(int8,int8) int8mi(int8,int8)
int8mod(int8,int8) int8mul(int8,int8) int8multirange() int8multirange(int8range) int8multirange(int8range[])
int8ne(int8,int8) int8not(int8) int8or(int8,int8) int8out(int8) int8pl(int8,int8) int8pl_inet(int8,inet)
int8range(int8,int8) int8range(int8,int8,text) int8range_canonical(int8range) int8range_subdiff(int8,int8)
int8recv(internal) int8send(int8) int8shl(int8,int4) int8shr(int8,int4) int8smaller(int8,int8) int8um(int8)
int8up(int8) int8xor(int8,int8) integer_pl_date(int4,date) inter_lb(line,box) inter_sb(lseg,box)
inter_sl(lseg,line) internal_in(cstring) internal_out(internal) interval(interval,int4) interval(time)
interval_accum(interval[],interval) interval_accum_inv(interval[],interval) interval_avg(internal)
interval_avg(interval[]) interval_avg_accum(internal,interval) interval_avg_accum_inv(internal,interval)
interval_avg_combine(internal,internal) interval_avg_deserialize(bytea,internal)
interval_avg_serialize(internal) interval_cmp(interval,interval) interval_combine(interval[],interval[])
interval_div(interval,float8) interval_eq(interval,interval) interval_ge(interval,interval)
interval_gt(interval,interval) interval_hash(interval) interval_hash_extended(interval,int8)
interval_in(cstring,oid,int4) interval_larger(interval,interval) interval_le(interval,interval)
interval_lt(interval,interval) interval_mi(interval,interval) interval_mul(interval,float8)
interval_ne(interval,interval) interval_out(interval) interval_pl(interval,interval)
interval_pl_date(interval,date) interval_pl_time(interval,time) interval_pl_timestamp(interval,timestamp)
interval_pl_timestamptz(interval,timestamptz) interval_pl_timetz(interval,timetz)
interval_recv(internal,oid,int4) interval_send(interval) interval_smaller(interval,interval)
interval_sum(internal) interval_support(internal) interval_um(interval) intervaltypmodin(cstring[])
intervaltypmodout(int4) is_normalized(text,text) isclosed(path) isempty(anymultirange) isempty(anyrange)
isfinite(date) isfinite(interval) isfinite(timestamp) isfinite(timestamptz) ishorizontal(line)
ishorizontal(lseg) ishorizontal(point,point) iso8859_1_to_utf8(int4,int4,cstring,internal,int4,bool)
iso8859_to_utf8(int4,int4,cstring,internal,int4,bool) iso_to_koi8r(int4,int4,cstring,internal,int4,bool)
iso_to_mic(int4,int4,cstring,internal,int4,bool) iso_to_win1251(int4,int4,cstring,internal,int4,bool)
iso_to_win866(int4,int4,cstring,internal,int4,bool) isopen(path) isparallel(line,line) isparallel(lseg,lseg)
isperp(line,line) isperp(lseg,lseg) isvertical(line) isvertical(lseg) isvertical(point,point)
johab_to_utf8(int4,int4,cstring,internal,int4,bool) json_agg(anyelement) json_agg_finalfn(internal)
json_agg_strict(anyelement) json_agg_strict_transfn(internal,anyelement) json_agg_transfn(internal,anyelement)
json_array_element(json,int4) json_array_element_text(json,int4) json_array_elements(json)
json_array_elements_text(json) json_array_length(json) json_build_array() json_build_array(any)
json_build_object() json_build_object(any) json_each(json) json_each_text(json) json_extract_path(json,text[])
json_extract_path_text(json,text[]) json_in(cstring) json_object(text[]) json_object(text[],text[])
json_object_agg(any,any) json_object_agg_finalfn(internal) json_object_agg_strict(any,any)
json_object_agg_strict_transfn(internal,any,any) json_object_agg_transfn(internal,any,any)
json_object_agg_unique(any,any) json_object_agg_unique_strict(any,any)
json_object_agg_unique_strict_transfn(internal,any,any) json_object_agg_unique_transfn(internal,any,any)
json_object_field(json,text) json_object_field_text(json,text) json_object_keys(json) json_out(json)
json_recv(internal) json_send(json) json_strip_nulls(json) json_strip_nulls(json,bool) json_to_record(json)
json_to_recordset(json) json_to_tsvector(json,jsonb) json_to_tsvector(regconfig,json,jsonb) json_typeof(json)
jsonb_agg(anyelement) jsonb_agg_finalfn(internal) jsonb_agg_strict(anyelement)
jsonb_agg_strict_transfn(internal,anyelement) jsonb_agg_transfn(internal,anyelement)
jsonb_array_element(jsonb,int4) jsonb_array_element_text(jsonb,int4) jsonb_array_elements(jsonb)
jsonb_array_elements_text(jsonb) jsonb_array_length(jsonb) jsonb_build_array() jsonb_build_array(any)
jsonb_build_object() jsonb_build_object(any) jsonb_cmp(jsonb,jsonb) jsonb_concat(jsonb,jsonb)
jsonb_contained(jsonb,jsonb) jsonb_contains(jsonb,jsonb) jsonb_delete(jsonb,int4) jsonb_delete(jsonb,text)
jsonb_delete(jsonb,text[]) jsonb_delete_path(jsonb,text[]) jsonb_each(jsonb) jsonb_each_text(jsonb)
jsonb_eq(jsonb,jsonb) jsonb_exists(jsonb,text) jsonb_exists_all(jsonb,text[]) jsonb_exists_any(jsonb,text[])
jsonb_extract_path(jsonb,text[]) jsonb_extract_path_text(jsonb,text[]) jsonb_ge(jsonb,jsonb)
jsonb_gt(jsonb,jsonb) jsonb_hash(jsonb) jsonb_hash_extended(jsonb,int8) jsonb_in(cstring)
jsonb_insert(jsonb,text[],jsonb,bool) jsonb_le(jsonb,jsonb) jsonb_lt(jsonb,jsonb) jsonb_ne(jsonb,jsonb)
jsonb_object(text[]) jsonb_object(text[],text[]) jsonb_object_agg(any,any) jsonb_object_agg_finalfn(internal)
jsonb_object_agg_strict(any,any) jsonb_object_agg_strict_transfn(internal,any,any)
jsonb_object_agg_transfn(internal,any,any) jsonb_object_agg_unique(any,any)
jsonb_object_agg_unique_strict(any,any) jsonb_object_agg_unique_strict_transfn(internal,any,any)
jsonb_object_agg_unique_transfn(internal,any,any) jsonb_object_field(jsonb,text)
jsonb_object_field_text(jsonb,text) jsonb_object_keys(jsonb) jsonb_out(jsonb)
jsonb_path_exists(jsonb,jsonpath,jsonb,bool) jsonb_path_exists_opr(jsonb,jsonpath)
jsonb_path_exists_tz(jsonb,jsonpath,jsonb,bool) jsonb_path_match(jsonb,jsonpath,jsonb,bool)
jsonb_path_match_opr(jsonb,jsonpath) jsonb_path_match_tz(jsonb,jsonpath,jsonb,bool)
jsonb_path_query(jsonb,jsonpath,jsonb,bool) jsonb_path_query_array(jsonb,jsonpath,jsonb,bool)
jsonb_path_query_array_tz(jsonb,jsonpath,jsonb,bool) jsonb_path_query_first(jsonb,jsonpath,jsonb,bool)
jsonb_path_query_first_tz(jsonb,jsonpath,jsonb,bool) jsonb_path_query_tz(jsonb,jsonpath,jsonb,bool)
jsonb_pretty(jsonb) jsonb_recv(internal) jsonb_send(jsonb) jsonb_set(jsonb,text[],jsonb,bool)
jsonb_set_lax(jsonb,text[],jsonb,bool,text) jsonb_strip_nulls(jsonb) jsonb_strip_nulls(jsonb,bool)
jsonb_subscript_handler(internal) jsonb_to_record(jsonb) jsonb_to_recordset(jsonb)
jsonb_to_tsvector(jsonb,jsonb) jsonb_to_tsvector(regconfig,jsonb,jsonb) jsonb_typeof(jsonb)
jsonpath_in(cstring) jsonpath_out(jsonpath) jsonpath_recv(internal) jsonpath_send(jsonpath)
justify_days(interval) justify_hours(interval) justify_interval(interval)
koi8r_to_iso(int4,int4,cstring,internal,int4,bool) koi8r_to_mic(int4,int4,cstring,internal,int4,bool)
koi8r_to_utf8(int4,int4,cstring,internal,int4,bool) koi8r_to_win1251(int4,int4,cstring,internal,int4,bool)
koi8r_to_win866(int4,int4,cstring,internal,int4,bool) koi8u_to_utf8(int4,int4,cstring,internal,int4,bool)
lag(anycompatible,int4,anycompatible) lag(anyelement) lag(anyelement,int4) language_handler_in(cstring)
language_handler_out(language_handler) last_value(anyelement)
latin1_to_mic(int4,int4,cstring,internal,int4,bool) latin2_to_mic(int4,int4,cstring,internal,int4,bool)
latin2_to_win1250(int4,int4,cstring,internal,int4,bool) latin3_to_mic(int4,int4,cstring,internal,int4,bool)
latin4_to_mic(int4,int4,cstring,internal,int4,bool) lcm(int4,int4) lcm(int8,int8) lcm(numeric,numeric)
lead(anycompatible,int4,anycompatible) lead(anyelement) lead(anyelement,int4) left(text,int4) length(bit)
length(bpchar) length(bytea) length(bytea,name) length(lseg) length(path) length(text) length(tsvector)
lgamma(float8) like(bytea,bytea) like(name,text) like(text,text) like_escape(bytea,bytea)
like_escape(text,text) likejoinsel(internal,oid,internal,int2,internal) likesel(internal,oid,internal,int4)
line(point,point) line_distance(line,line) line_eq(line,line) line_horizontal(line) line_in(cstring)
line_interpt(line,line) line_intersect(line,line) line_out(line) line_parallel(line,line) line_perp(line,line)
line_recv(internal) line_send(line) line_vertical(line) ln(float8) ln(numeric) log(float8) log(numeric)
log(numeric,numeric) log10(float8) log10(numeric) lower(anymultirange) lower(anyrange) lower(text)
lower_inc(anymultirange) lower_inc(anyrange) lower_inf(anymultirange) lower_inf(anyrange) lpad(text,int4)
lpad(text,int4,text) lseg(box) lseg(point,point) lseg_center(lseg) lseg_distance(lseg,lseg) lseg_eq(lseg,lseg)
lseg_ge(lseg,lseg) lseg_gt(lseg,lseg) lseg_horizontal(lseg) lseg_in(cstring) lseg_interpt(lseg,lseg)
lseg_intersect(lseg,lseg) lseg_le(lseg,lseg) lseg_length(lseg) lseg_lt(lseg,lseg) lseg_ne(lseg,lseg)
lseg_out(lseg) lseg_parallel(lseg,lseg) lseg_perp(lseg,lseg) lseg_recv(internal) lseg_send(lseg)
lseg_vertical(lseg) ltrim(bytea,bytea) ltrim(text) ltrim(text,text) macaddr(macaddr8) macaddr8(macaddr)
macaddr8_and(macaddr8,macaddr8) macaddr8_cmp(macaddr8,macaddr8) macaddr8_eq(macaddr8,macaddr8)
macaddr8_ge(macaddr8,macaddr8) macaddr8_gt(macaddr8,macaddr8) macaddr8_in(cstring)
macaddr8_le(macaddr8,macaddr8) macaddr8_lt(macaddr8,macaddr8) macaddr8_ne(macaddr8,macaddr8)
macaddr8_not(macaddr8) macaddr8_or(macaddr8,macaddr8) macaddr8_out(macaddr8) macaddr8_recv(internal)
macaddr8_send(macaddr8) macaddr8_set7bit(macaddr8) macaddr_and(macaddr,macaddr) macaddr_cmp(macaddr,macaddr)
macaddr_eq(macaddr,macaddr) macaddr_ge(macaddr,macaddr) macaddr_gt(macaddr,macaddr) macaddr_in(cstring)
macaddr_le(macaddr,macaddr) macaddr_lt(macaddr,macaddr) macaddr_ne(macaddr,macaddr) macaddr_not(macaddr)
macaddr_or(macaddr,macaddr) macaddr_out(macaddr) macaddr_recv(internal) macaddr_send(macaddr)
macaddr_sortsupport(internal) make_date(int4,int4,int4) make_interval(int4,int4,int4,int4,int4,int4,float8)
make_time(int4,int4,float8) make_timestamp(int4,int4,int4,int4,int4,float8)
make_timestamptz(int4,int4,int4,int4,int4,float8) make_timestamptz(int4,int4,int4,int4,int4,float8,text)
makeaclitem(oid,oid,text,bool) masklen(inet) matchingjoinsel(internal,oid,internal,int2,internal)
matchingsel(internal,oid,internal,int4) max(anyarray) max(anyenum) max(bpchar) max(bytea) max(date) max(float4)
max(float8) max(inet) max(int2) max(int4) max(int8) max(interval) max(money) max(numeric) max(oid) max(pg_lsn)
max(record) max(text) max(tid) max(time) max(timestamp) max(timestamptz) max(timetz) max(xid8) md5(bytea)
md5(text) mic_to_big5(int4,int4,cstring,internal,int4,bool) mic_to_euc_cn(int4,int4,cstring,internal,int4,bool)
mic_to_euc_jp(int4,int4,cstring,internal,int4,bool) mic_to_euc_kr(int4,int4,cstring,internal,int4,bool)
mic_to_euc_tw(int4,int4,cstring,internal,int4,bool) mic_to_iso(int4,int4,cstring,internal,int4,bool)
mic_to_koi8r(int4,int4,cstring,internal,int4,bool) mic_to_latin1(int4,int4,cstring,internal,int4,bool)
mic_to_latin2(int4,int4,cstring,internal,int4,bool) mic_to_latin3(int4,int4,cstring,internal,int4,bool)
mic_to_latin4(int4,int4,cstring,internal,int4,bool) mic_to_sjis(int4,int4,cstring,internal,int4,bool)
mic_to_win1250(int4,int4,cstring,internal,int4,bool) mic_to_win1251(int4,int4,cstring,internal,int4,bool)
mic_to_win866(int4,int4,cstring,internal,int4,bool) min(anyarray) min(anyenum) min(bpchar) min(bytea) min(date)
min(float4) min(float8) min(inet) min(int2) min(int4) min(int8) min(interval) min(money) min(numeric) min(oid)
min(pg_lsn) min(record) min(text) min(tid) min(time) min(timestamp) min(timestamptz) min(timetz) min(xid8)
min_scale(numeric) mod(int2,int2) mod(int4,int4) mod(int8,int8) mod(numeric,numeric) mode(anyelement)
mode_final(internal,anyelement) money(int4) money(int8) money(numeric) mul_d_interval(float8,interval)
multirange(anyrange) multirange_adjacent_multirange(anymultirange,anymultirange)
multirange_adjacent_range(anymultirange,anyrange) multirange_after_multirange(anymultirange,anymultirange)
multirange_after_range(anymultirange,anyrange) multirange_agg_finalfn(internal,anymultirange)
multirange_agg_transfn(internal,anymultirange) multirange_before_multirange(anymultirange,anymultirange)
multirange_before_range(anymultirange,anyrange) multirange_cmp(anymultirange,anymultirange)
multirange_contained_by_multirange(anymultirange,anymultirange)
multirange_contained_by_range(anymultirange,anyrange) multirange_contains_elem(anymultirange,anyelement)
multirange_contains_multirange(anymultirange,anymultirange) multirange_contains_range(anymultirange,anyrange)
multirange_eq(anymultirange,anymultirange) multirange_ge(anymultirange,anymultirange)
multirange_gist_compress(internal) multirange_gist_consistent(internal,anymultirange,int2,oid,internal)
multirange_gt(anymultirange,anymultirange) multirange_intersect(anymultirange,anymultirange)
multirange_intersect_agg_transfn(anymultirange,anymultirange) multirange_le(anymultirange,anymultirange)
multirange_lt(anymultirange,anymultirange) multirange_minus(anymultirange,anymultirange)
multirange_ne(anymultirange,anymultirange) multirange_out(anymultirange)
multirange_overlaps_multirange(anymultirange,anymultirange) multirange_overlaps_range(anymultirange,anyrange)
multirange_overleft_multirange(anymultirange,anymultirange) multirange_overleft_range(anymultirange,anyrange)
multirange_overright_multirange(anymultirange,anymultirange) multirange_overright_range(anymultirange,anyrange)
multirange_recv(internal,oid,int4) multirange_send(anymultirange) multirange_typanalyze(internal)
multirange_union(anymultirange,anymultirange) multirangesel(internal,oid,internal,int4) mxid_age(xid)
name(bpchar) name(text) name(varchar) nameconcatoid(name,oid) nameeq(name,name) nameeqtext(name,text)
namege(name,name) namegetext(name,text) namegt(name,name) namegttext(name,text) nameiclike(name,text)
nameicnlike(name,text) nameicregexeq(name,text) nameicregexne(name,text) namein(cstring) namele(name,name)
nameletext(name,text) namelike(name,text) namelt(name,name) namelttext(name,text) namene(name,name)
namenetext(name,text) namenlike(name,text) nameout(name) namerecv(internal) nameregexeq(name,text)
nameregexne(name,text) namesend(name) neqjoinsel(internal,oid,internal,int2,internal)
neqsel(internal,oid,internal,int4) netmask(inet) network(inet) network_cmp(inet,inet) network_eq(inet,inet)
network_ge(inet,inet) network_gt(inet,inet) network_larger(inet,inet) network_le(inet,inet)
network_lt(inet,inet) network_ne(inet,inet) network_overlap(inet,inet) network_smaller(inet,inet)
network_sortsupport(internal) network_sub(inet,inet) network_subeq(inet,inet) network_subset_support(internal)
network_sup(inet,inet) network_supeq(inet,inet) networkjoinsel(internal,oid,internal,int2,internal)
networksel(internal,oid,internal,int4) nlikejoinsel(internal,oid,internal,int2,internal)
nlikesel(internal,oid,internal,int4) normalize(text,text) notlike(bytea,bytea) notlike(name,text)
notlike(text,text) now() npoints(path) npoints(polygon) nth_value(anyelement,int4) ntile(int4)
num_nonnulls(any) num_nulls(any) numeric(float4) numeric(float8) numeric(int2) numeric(int4) numeric(int8)
numeric(jsonb) numeric(money) numeric(numeric,int4) numeric_abs(numeric) numeric_accum(internal,numeric)
numeric_accum_inv(internal,numeric) numeric_add(numeric,numeric) numeric_avg(internal)
numeric_avg_accum(internal,numeric) numeric_avg_combine(internal,internal)
numeric_avg_deserialize(bytea,internal) numeric_avg_serialize(internal) numeric_cmp(numeric,numeric)
numeric_combine(internal,internal) numeric_deserialize(bytea,internal) numeric_div(numeric,numeric)
numeric_div_trunc(numeric,numeric) numeric_eq(numeric,numeric) numeric_exp(numeric) numeric_ge(numeric,numeric)
numeric_gt(numeric,numeric) numeric_in(cstring,oid,int4) numeric_inc(numeric) numeric_larger(numeric,numeric)
numeric_le(numeric,numeric) numeric_ln(numeric) numeric_log(numeric,numeric) numeric_lt(numeric,numeric)
numeric_mod(numeric,numeric) numeric_mul(numeric,numeric) numeric_ne(numeric,numeric) numeric_out(numeric)
numeric_pl_pg_lsn(numeric,pg_lsn) numeric_poly_avg(internal) numeric_poly_combine(internal,internal)
numeric_poly_deserialize(bytea,internal) numeric_poly_serialize(internal) numeric_poly_stddev_pop(internal)
numeric_poly_stddev_samp(internal) numeric_poly_sum(internal) numeric_poly_var_pop(internal)
numeric_poly_var_samp(internal) numeric_power(numeric,numeric) numeric_recv(internal,oid,int4)
numeric_send(numeric) numeric_serialize(internal) numeric_smaller(numeric,numeric)
numeric_sortsupport(internal) numeric_sqrt(numeric) numeric_stddev_pop(internal) numeric_stddev_samp(internal)
numeric_sub(numeric,numeric) numeric_sum(internal) numeric_support(internal) numeric_uminus(numeric)
numeric_uplus(numeric) numeric_var_pop(internal) numeric_var_samp(internal) numerictypmodin(cstring[])
numerictypmodout(int4) nummultirange() nummultirange(numrange) nummultirange(numrange[]) numnode(tsquery)
numrange(numeric,numeric) numrange(numeric,numeric,text) numrange_subdiff(numeric,numeric) obj_description(oid)
obj_description(oid,name) octet_length(bit) octet_length(bpchar) octet_length(bytea) octet_length(text)
oid(int8) oideq(oid,oid) oidge(oid,oid) oidgt(oid,oid) oidin(cstring) oidlarger(oid,oid) oidle(oid,oid)
oidlt(oid,oid) oidne(oid,oid) oidout(oid) oidrecv(internal) oidsend(oid) oidsmaller(oid,oid)
oidvectoreq(oidvector,oidvector) oidvectorge(oidvector,oidvector) oidvectorgt(oidvector,oidvector)
oidvectorin(cstring) oidvectorle(oidvector,oidvector) oidvectorlt(oidvector,oidvector)
oidvectorne(oidvector,oidvector) oidvectorout(oidvector) oidvectorrecv(internal) oidvectorsend(oidvector)
oidvectortypes(oidvector) on_pb(point,box) on_pl(point,line) on_ppath(point,path) on_ps(point,lseg)
on_sb(lseg,box) on_sl(lseg,line) ordered_set_transition(internal,any)
ordered_set_transition_multi(internal,any) overlaps(time,interval,time,interval)
overlaps(time,interval,time,time) overlaps(time,time,time,interval) overlaps(time,time,time,time)
overlaps(timestamp,interval,timestamp,interval) overlaps(timestamp,interval,timestamp,timestamp)
overlaps(timestamp,timestamp,timestamp,interval) overlaps(timestamp,timestamp,timestamp,timestamp)
overlaps(timestamptz,interval,timestamptz,interval) overlaps(timestamptz,interval,timestamptz,timestamptz)
overlaps(timestamptz,timestamptz,timestamptz,interval)
overlaps(timestamptz,timestamptz,timestamptz,timestamptz) overlaps(timetz,timetz,timetz,timetz)
overlay(bit,bit,int4) overlay(bit,bit,int4,int4) overlay(bytea,bytea,int4) overlay(bytea,bytea,int4,int4)
overlay(text,text,int4) overlay(text,text,int4,int4) parse_ident(text,bool) path(polygon) path_add(path,path)
path_add_pt(path,point) path_contain_pt(path,point) path_distance(path,path) path_div_pt(path,point)
path_in(cstring) path_inter(path,path) path_length(path) path_mul_pt(path,point) path_n_eq(path,path)
path_n_ge(path,path) path_n_gt(path,path) path_n_le(path,path) path_n_lt(path,path) path_npoints(path)
path_out(path) path_recv(internal) path_send(path) path_sub_pt(path,point) pclose(path) percent_rank()
percent_rank(any) percent_rank_final(internal,any) percentile_cont(float8,float8)
percentile_cont(float8,interval) percentile_cont(float8[],float8) percentile_cont(float8[],interval)
percentile_cont_float8_final(internal,float8) percentile_cont_float8_multi_final(internal,float8[])
percentile_cont_interval_final(internal,float8) percentile_cont_interval_multi_final(internal,float8[])
percentile_disc(float8,anyelement) percentile_disc(float8[],anyelement)
percentile_disc_final(internal,float8,anyelement) percentile_disc_multi_final(internal,float8[],anyelement)
pg_available_extension_versions() pg_available_extensions() pg_backend_pid() pg_basetype(regtype)
pg_char_to_encoding(name) pg_client_encoding() pg_collation_actual_version(oid) pg_collation_for(any)
pg_collation_is_visible(oid) pg_column_compression(any) pg_column_is_updatable(regclass,int2,bool)
pg_column_size(any) pg_column_toast_chunk_id(any) pg_conf_load_time() pg_config() pg_conversion_is_visible(oid)
pg_current_snapshot() pg_current_xact_id() pg_current_xact_id_if_assigned() pg_cursor()
pg_database_collation_actual_version(oid) pg_database_size(name) pg_database_size(oid)
pg_ddl_command_in(cstring) pg_ddl_command_out(pg_ddl_command) pg_ddl_command_recv(internal)
pg_ddl_command_send(pg_ddl_command) pg_dependencies_in(cstring) pg_dependencies_out(pg_dependencies)
pg_dependencies_recv(internal) pg_dependencies_send(pg_dependencies) pg_describe_object(oid,oid,int4)
pg_encoding_max_length(int4) pg_encoding_to_char(int4) pg_event_trigger_ddl_commands()
pg_event_trigger_dropped_objects() pg_event_trigger_table_rewrite_oid() pg_event_trigger_table_rewrite_reason()
pg_extension_update_paths(name) pg_filenode_relation(oid,oid) pg_function_is_visible(oid)
pg_get_acl(oid,oid,int4) pg_get_catalog_foreign_keys() pg_get_constraintdef(oid) pg_get_constraintdef(oid,bool)
pg_get_expr(pg_node_tree,oid) pg_get_expr(pg_node_tree,oid,bool) pg_get_function_arg_default(oid,int4)
pg_get_function_arguments(oid) pg_get_function_identity_arguments(oid) pg_get_function_result(oid)
pg_get_function_sqlbody(oid) pg_get_functiondef(oid) pg_get_indexdef(oid) pg_get_indexdef(oid,int4,bool)
pg_get_keywords() pg_get_object_address(text,text[],text[]) pg_get_partition_constraintdef(oid)
pg_get_partkeydef(oid) pg_get_publication_tables(text) pg_get_publication_tables(text[])
pg_get_replica_identity_index(regclass) pg_get_ruledef(oid) pg_get_ruledef(oid,bool)
pg_get_serial_sequence(text,text) pg_get_statisticsobjdef(oid) pg_get_statisticsobjdef_columns(oid)
pg_get_statisticsobjdef_expressions(oid) pg_get_triggerdef(oid) pg_get_triggerdef(oid,bool)
pg_get_userbyid(oid) pg_get_viewdef(oid) pg_get_viewdef(oid,bool) pg_get_viewdef(oid,int4) pg_get_viewdef(text)
pg_get_viewdef(text,bool) pg_has_role(name,name,text) pg_has_role(name,oid,text) pg_has_role(name,text)
pg_has_role(oid,name,text) pg_has_role(oid,oid,text) pg_has_role(oid,text) pg_identify_object(oid,oid,int4)
pg_identify_object_as_address(oid,oid,int4) pg_index_column_has_property(regclass,int4,text)
pg_index_has_property(regclass,text) pg_indexam_has_property(oid,text) pg_indexam_progress_phasename(oid,int8)
pg_indexes_size(regclass) pg_is_in_recovery() pg_is_other_temp_schema(oid) pg_is_wal_replay_paused()
pg_jit_available() pg_last_xact_replay_timestamp() pg_listening_channels() pg_lsn(numeric)
pg_lsn_cmp(pg_lsn,pg_lsn) pg_lsn_eq(pg_lsn,pg_lsn) pg_lsn_ge(pg_lsn,pg_lsn) pg_lsn_gt(pg_lsn,pg_lsn)
pg_lsn_hash(pg_lsn) pg_lsn_hash_extended(pg_lsn,int8) pg_lsn_in(cstring) pg_lsn_larger(pg_lsn,pg_lsn)
pg_lsn_le(pg_lsn,pg_lsn) pg_lsn_lt(pg_lsn,pg_lsn) pg_lsn_mi(pg_lsn,pg_lsn) pg_lsn_mii(pg_lsn,numeric)
pg_lsn_ne(pg_lsn,pg_lsn) pg_lsn_out(pg_lsn) pg_lsn_pli(pg_lsn,numeric) pg_lsn_recv(internal)
pg_lsn_send(pg_lsn) pg_lsn_smaller(pg_lsn,pg_lsn) pg_mcv_list_in(cstring) pg_mcv_list_items(pg_mcv_list)
pg_mcv_list_out(pg_mcv_list) pg_mcv_list_recv(internal) pg_mcv_list_send(pg_mcv_list) pg_my_temp_schema()
pg_ndistinct_in(cstring) pg_ndistinct_out(pg_ndistinct) pg_ndistinct_recv(internal)
pg_ndistinct_send(pg_ndistinct) pg_node_tree_in(cstring) pg_node_tree_out(pg_node_tree)
pg_node_tree_recv(internal) pg_node_tree_send(pg_node_tree) pg_numa_available() pg_opclass_is_visible(oid)
pg_operator_is_visible(oid) pg_opfamily_is_visible(oid) pg_options_to_table(text[])
pg_partition_ancestors(regclass) pg_partition_root(regclass) pg_partition_tree(regclass)
pg_postmaster_start_time() pg_prepared_statement() pg_relation_filenode(regclass)
pg_relation_filepath(regclass) pg_relation_is_publishable(regclass) pg_relation_is_updatable(regclass,bool)
pg_relation_size(regclass) pg_relation_size(regclass,text) pg_sequence_parameters(oid)
pg_settings_get_flags(text) pg_show_all_settings() pg_size_bytes(text) pg_size_pretty(int8)
pg_size_pretty(numeric) pg_snapshot_in(cstring) pg_snapshot_out(pg_snapshot) pg_snapshot_recv(internal)
pg_snapshot_send(pg_snapshot) pg_snapshot_xip(pg_snapshot) pg_snapshot_xmax(pg_snapshot)
pg_snapshot_xmin(pg_snapshot) pg_split_walfile_name(text) pg_stat_get_analyze_count(oid) pg_stat_get_archiver()
pg_stat_get_autoanalyze_count(oid) pg_stat_get_autovacuum_count(oid)
pg_stat_get_bgwriter_buf_written_checkpoints() pg_stat_get_bgwriter_buf_written_clean()
pg_stat_get_bgwriter_maxwritten_clean() pg_stat_get_bgwriter_requested_checkpoints()
pg_stat_get_bgwriter_stat_reset_time() pg_stat_get_bgwriter_timed_checkpoints() pg_stat_get_blocks_fetched(oid)
pg_stat_get_blocks_hit(oid) pg_stat_get_buf_alloc() pg_stat_get_buf_fsync_backend()
pg_stat_get_buf_written_backend() pg_stat_get_checkpoint_sync_time() pg_stat_get_checkpoint_write_time()
pg_stat_get_checkpointer_buffers_written() pg_stat_get_checkpointer_num_performed()
pg_stat_get_checkpointer_num_requested() pg_stat_get_checkpointer_num_timed()
pg_stat_get_checkpointer_restartpoints_performed() pg_stat_get_checkpointer_restartpoints_requested()
pg_stat_get_checkpointer_restartpoints_timed() pg_stat_get_checkpointer_slru_written()
pg_stat_get_checkpointer_stat_reset_time() pg_stat_get_checkpointer_sync_time()
pg_stat_get_checkpointer_write_time() pg_stat_get_db_active_time(oid) pg_stat_get_db_blk_read_time(oid)
pg_stat_get_db_blk_write_time(oid) pg_stat_get_db_blocks_fetched(oid) pg_stat_get_db_blocks_hit(oid)
pg_stat_get_db_checksum_failures(oid) pg_stat_get_db_checksum_last_failure(oid)
pg_stat_get_db_conflict_all(oid) pg_stat_get_db_conflict_bufferpin(oid) pg_stat_get_db_conflict_lock(oid)
pg_stat_get_db_conflict_logicalslot(oid) pg_stat_get_db_conflict_snapshot(oid)
pg_stat_get_db_conflict_startup_deadlock(oid) pg_stat_get_db_conflict_tablespace(oid)
pg_stat_get_db_deadlocks(oid) pg_stat_get_db_idle_in_transaction_time(oid) pg_stat_get_db_numbackends(oid)
pg_stat_get_db_parallel_workers_launched(oid) pg_stat_get_db_parallel_workers_to_launch(oid)
pg_stat_get_db_session_time(oid) pg_stat_get_db_sessions(oid) pg_stat_get_db_sessions_abandoned(oid)
pg_stat_get_db_sessions_fatal(oid) pg_stat_get_db_sessions_killed(oid) pg_stat_get_db_stat_reset_time(oid)
pg_stat_get_db_temp_bytes(oid) pg_stat_get_db_temp_files(oid) pg_stat_get_db_tuples_deleted(oid)
pg_stat_get_db_tuples_fetched(oid) pg_stat_get_db_tuples_inserted(oid) pg_stat_get_db_tuples_returned(oid)
pg_stat_get_db_tuples_updated(oid) pg_stat_get_db_xact_commit(oid) pg_stat_get_db_xact_rollback(oid)
pg_stat_get_dead_tuples(oid) pg_stat_get_function_calls(oid) pg_stat_get_function_self_time(oid)
pg_stat_get_function_total_time(oid) pg_stat_get_ins_since_vacuum(oid) pg_stat_get_last_analyze_time(oid)
pg_stat_get_last_autoanalyze_time(oid) pg_stat_get_last_autovacuum_time(oid) pg_stat_get_last_vacuum_time(oid)
pg_stat_get_lastscan(oid) pg_stat_get_live_tuples(oid) pg_stat_get_mod_since_analyze(oid)
pg_stat_get_numscans(oid) pg_stat_get_replication_slot(text) pg_stat_get_slru()
pg_stat_get_snapshot_timestamp() pg_stat_get_total_analyze_time(oid) pg_stat_get_total_autoanalyze_time(oid)
pg_stat_get_total_autovacuum_time(oid) pg_stat_get_total_vacuum_time(oid) pg_stat_get_tuples_deleted(oid)
pg_stat_get_tuples_fetched(oid) pg_stat_get_tuples_hot_updated(oid) pg_stat_get_tuples_inserted(oid)
pg_stat_get_tuples_newpage_updated(oid) pg_stat_get_tuples_returned(oid) pg_stat_get_tuples_updated(oid)
pg_stat_get_vacuum_count(oid) pg_stat_get_wal() pg_statistics_obj_is_visible(oid) pg_table_is_visible(oid)
pg_table_size(regclass) pg_tablespace_databases(oid) pg_tablespace_location(oid) pg_tablespace_size(name)
pg_tablespace_size(oid) pg_timezone_abbrevs() pg_timezone_abbrevs_abbrevs() pg_timezone_abbrevs_zone()
pg_timezone_names() pg_total_relation_size(regclass) pg_trigger_depth() pg_ts_config_is_visible(oid)
pg_ts_dict_is_visible(oid) pg_ts_parser_is_visible(oid) pg_ts_template_is_visible(oid) pg_type_is_visible(oid)
pg_typeof(any) pg_visible_in_snapshot(xid8,pg_snapshot) pg_wal_lsn_diff(pg_lsn,pg_lsn) pg_walfile_name(pg_lsn)
pg_walfile_name_offset(pg_lsn) pg_xact_commit_timestamp(xid) pg_xact_status(xid8)
phraseto_tsquery(regconfig,text) phraseto_tsquery(text) pi() plainto_tsquery(regconfig,text)
plainto_tsquery(text) plpgsql_inline_handler(internal) point(box) point(circle) point(float8,float8)
point(lseg) point(polygon) point_above(point,point) point_add(point,point) point_below(point,point)
point_distance(point,point) point_div(point,point) point_eq(point,point) point_horiz(point,point)
point_in(cstring) point_left(point,point) point_mul(point,point) point_ne(point,point) point_out(point)
point_recv(internal) point_right(point,point) point_send(point) point_sub(point,point) point_vert(point,point)
poly_above(polygon,polygon) poly_below(polygon,polygon) poly_center(polygon) poly_contain(polygon,polygon)
poly_contain_pt(polygon,point) poly_contained(polygon,polygon) poly_distance(polygon,polygon) poly_in(cstring)
poly_left(polygon,polygon) poly_npoints(polygon) poly_out(polygon) poly_overabove(polygon,polygon)
poly_overbelow(polygon,polygon) poly_overlap(polygon,polygon) poly_overleft(polygon,polygon)
poly_overright(polygon,polygon) poly_recv(internal) poly_right(polygon,polygon) poly_same(polygon,polygon)
poly_send(polygon) polygon(box) polygon(circle) polygon(int4,circle) polygon(path) popen(path)
position(bit,bit) position(bytea,bytea) position(text,text)
positionjoinsel(internal,oid,internal,int2,internal) positionsel(internal,oid,internal,int4)
postgresql_fdw_validator(text[],oid) pow(float8,float8) pow(numeric,numeric) power(float8,float8)
power(numeric,numeric) prefixjoinsel(internal,oid,internal,int2,internal) prefixsel(internal,oid,internal,int4)
prsd_end(internal) prsd_headline(internal,internal,tsquery) prsd_lextype(internal)
prsd_nexttoken(internal,internal,internal) prsd_start(internal,int4) pt_contained_circle(point,circle)
pt_contained_poly(point,polygon) querytree(tsquery) quote_ident(text) quote_literal(anyelement)
quote_literal(text) quote_nullable(anyelement) quote_nullable(text) radians(float8) radius(circle) random()
random(int4,int4) random(int8,int8) random(numeric,numeric) random_normal(float8,float8)
range_adjacent(anyrange,anyrange) range_adjacent_multirange(anyrange,anymultirange)
range_after(anyrange,anyrange) range_after_multirange(anyrange,anymultirange) range_agg(anymultirange)
range_agg(anyrange) range_agg_finalfn(internal,anyrange) range_agg_transfn(internal,anyrange)
range_before(anyrange,anyrange) range_before_multirange(anyrange,anymultirange) range_cmp(anyrange,anyrange)
range_contained_by(anyrange,anyrange) range_contained_by_multirange(anyrange,anymultirange)
range_contains(anyrange,anyrange) range_contains_elem(anyrange,anyelement)
range_contains_elem_support(internal) range_contains_multirange(anyrange,anymultirange)
range_eq(anyrange,anyrange) range_ge(anyrange,anyrange)
range_gist_consistent(internal,anyrange,int2,oid,internal) range_gist_penalty(internal,internal,internal)
range_gist_picksplit(internal,internal) range_gist_same(anyrange,anyrange,internal)
range_gist_union(internal,internal) range_gt(anyrange,anyrange) range_intersect(anyrange,anyrange)
range_intersect_agg(anymultirange) range_intersect_agg(anyrange) range_intersect_agg_transfn(anyrange,anyrange)
range_le(anyrange,anyrange) range_lt(anyrange,anyrange) range_merge(anymultirange)
range_merge(anyrange,anyrange) range_minus(anyrange,anyrange) range_ne(anyrange,anyrange) range_out(anyrange)
range_overlaps(anyrange,anyrange) range_overlaps_multirange(anyrange,anymultirange)
range_overleft(anyrange,anyrange) range_overleft_multirange(anyrange,anymultirange)
range_overright(anyrange,anyrange) range_overright_multirange(anyrange,anymultirange)
range_recv(internal,oid,int4) range_send(anyrange) range_sortsupport(internal) range_typanalyze(internal)
range_union(anyrange,anyrange) rangesel(internal,oid,internal,int4) rank() rank(any) rank_final(internal,any)
raw_array_subscript_handler(internal) record_eq(record,record) record_ge(record,record)
record_gt(record,record) record_image_eq(record,record) record_image_ge(record,record)
record_image_gt(record,record) record_image_le(record,record) record_image_lt(record,record)
record_image_ne(record,record) record_larger(record,record) record_le(record,record) record_lt(record,record)
record_ne(record,record) record_out(record) record_recv(internal,oid,int4) record_send(record)
record_smaller(record,record) regclass(text) regclassin(cstring) regclassout(regclass) regclassrecv(internal)
regclasssend(regclass) regcollationin(cstring) regcollationout(regcollation) regcollationrecv(internal)
regcollationsend(regcollation) regconfigin(cstring) regconfigout(regconfig) regconfigrecv(internal)
regconfigsend(regconfig) regdictionaryin(cstring) regdictionaryout(regdictionary) regdictionaryrecv(internal)
regdictionarysend(regdictionary) regexeqjoinsel(internal,oid,internal,int2,internal)
regexeqsel(internal,oid,internal,int4) regexnejoinsel(internal,oid,internal,int2,internal)
regexnesel(internal,oid,internal,int4) regexp_count(text,text) regexp_count(text,text,int4)
regexp_count(text,text,int4,text) regexp_instr(text,text) regexp_instr(text,text,int4)
regexp_instr(text,text,int4,int4) regexp_instr(text,text,int4,int4,int4)
regexp_instr(text,text,int4,int4,int4,text) regexp_instr(text,text,int4,int4,int4,text,int4)
regexp_like(text,text) regexp_like(text,text,text) regexp_match(text,text) regexp_match(text,text,text)
regexp_matches(text,text) regexp_matches(text,text,text) regexp_replace(text,text,text)
regexp_replace(text,text,text,int4) regexp_replace(text,text,text,int4,int4)
regexp_replace(text,text,text,int4,int4,text) regexp_replace(text,text,text,text)
regexp_split_to_array(text,text) regexp_split_to_array(text,text,text) regexp_split_to_table(text,text)
regexp_split_to_table(text,text,text) regexp_substr(text,text) regexp_substr(text,text,int4)
regexp_substr(text,text,int4,int4) regexp_substr(text,text,int4,int4,text)
regexp_substr(text,text,int4,int4,text,int4) regnamespacein(cstring) regnamespaceout(regnamespace)
regnamespacerecv(internal) regnamespacesend(regnamespace) regoperatorin(cstring) regoperatorout(regoperator)
regoperatorrecv(internal) regoperatorsend(regoperator) regoperin(cstring) regoperout(regoper)
regoperrecv(internal) regopersend(regoper) regprocedurein(cstring) regprocedureout(regprocedure)
regprocedurerecv(internal) regproceduresend(regprocedure) regprocin(cstring) regprocout(regproc)
regprocrecv(internal) regprocsend(regproc) regr_avgx(float8,float8) regr_avgy(float8,float8)
regr_count(float8,float8) regr_intercept(float8,float8) regr_r2(float8,float8) regr_slope(float8,float8)
regr_sxx(float8,float8) regr_sxy(float8,float8) regr_syy(float8,float8) regrolein(cstring) regroleout(regrole)
regrolerecv(internal) regrolesend(regrole) regtypein(cstring) regtypeout(regtype) regtyperecv(internal)
regtypesend(regtype) repeat(text,int4) replace(text,text,text) reverse(bytea) reverse(text) right(text,int4)
round(float8) round(numeric) round(numeric,int4) row_number() row_security_active(oid)
row_security_active(text) row_to_json(record) row_to_json(record,bool) rpad(text,int4) rpad(text,int4,text)
rtrim(bytea,bytea) rtrim(text) rtrim(text,text) satisfies_hash_partition(oid,int4,int4,any)
scalargejoinsel(internal,oid,internal,int2,internal) scalargesel(internal,oid,internal,int4)
scalargtjoinsel(internal,oid,internal,int2,internal) scalargtsel(internal,oid,internal,int4)
scalarlejoinsel(internal,oid,internal,int2,internal) scalarlesel(internal,oid,internal,int4)
scalarltjoinsel(internal,oid,internal,int2,internal) scalarltsel(internal,oid,internal,int4) scale(numeric)
session_user() set_bit(bit,int4,int4) set_bit(bytea,int8,int4) set_byte(bytea,int4,int4) set_masklen(cidr,int4)
set_masklen(inet,int4) setseed(float8) setweight(tsvector,char) setweight(tsvector,char,text[]) sha224(bytea)
sha256(bytea) sha384(bytea) sha512(bytea) shell_in(cstring) shell_out(void)
shift_jis_2004_to_euc_jis_2004(int4,int4,cstring,internal,int4,bool)
shift_jis_2004_to_utf8(int4,int4,cstring,internal,int4,bool) shobj_description(oid,name) sign(float8)
sign(numeric) similar_escape(text,text) similar_to_escape(text) similar_to_escape(text,text) sin(float8)
sind(float8) sinh(float8) sjis_to_euc_jp(int4,int4,cstring,internal,int4,bool)
sjis_to_mic(int4,int4,cstring,internal,int4,bool) sjis_to_utf8(int4,int4,cstring,internal,int4,bool)
slope(point,point) spg_bbox_quad_config(internal,internal) spg_box_quad_choose(internal,internal)
spg_box_quad_config(internal,internal) spg_box_quad_inner_consistent(internal,internal)
spg_box_quad_leaf_consistent(internal,internal) spg_box_quad_picksplit(internal,internal)
spg_kd_choose(internal,internal) spg_kd_config(internal,internal) spg_kd_inner_consistent(internal,internal)
spg_kd_picksplit(internal,internal) spg_poly_quad_compress(polygon) spg_quad_choose(internal,internal)
spg_quad_config(internal,internal) spg_quad_inner_consistent(internal,internal)
spg_quad_leaf_consistent(internal,internal) spg_quad_picksplit(internal,internal)
spg_range_quad_choose(internal,internal) spg_range_quad_config(internal,internal)
spg_range_quad_inner_consistent(internal,internal) spg_range_quad_leaf_consistent(internal,internal)
spg_range_quad_picksplit(internal,internal) spg_text_choose(internal,internal)
spg_text_config(internal,internal) spg_text_inner_consistent(internal,internal)
spg_text_leaf_consistent(internal,internal) spg_text_picksplit(internal,internal) spghandler(internal)
split_part(text,text,int4) sqrt(float8) sqrt(numeric) starts_with(text,text) statement_timestamp()
stddev(float4) stddev(float8) stddev(int2) stddev(int4) stddev(int8) stddev(numeric) stddev_pop(float4)
stddev_pop(float8) stddev_pop(int2) stddev_pop(int4) stddev_pop(int8) stddev_pop(numeric) stddev_samp(float4)
stddev_samp(float8) stddev_samp(int2) stddev_samp(int4) stddev_samp(int8) stddev_samp(numeric)
string_agg(bytea,bytea) string_agg(text,text) string_agg_combine(internal,internal)
string_agg_deserialize(bytea,internal) string_agg_finalfn(internal) string_agg_serialize(internal)
string_agg_transfn(internal,text,text) string_to_array(text,text) string_to_array(text,text,text)
string_to_table(text,text) string_to_table(text,text,text) strip(tsvector) strpos(text,text) substr(bytea,int4)
substr(bytea,int4,int4) substr(text,int4) substr(text,int4,int4) substring(bit,int4) substring(bit,int4,int4)
substring(bytea,int4) substring(bytea,int4,int4) substring(text,int4) substring(text,int4,int4)
substring(text,text) substring(text,text,text) sum(float4) sum(float8) sum(int2) sum(int4) sum(int8)
sum(interval) sum(money) sum(numeric) system(internal) system_user() table_am_handler_in(cstring)
table_am_handler_out(table_am_handler) tan(float8) tand(float8) tanh(float8) text(bool) text(bpchar) text(char)
text(inet) text(name) text(xml) text_ge(text,text) text_gt(text,text) text_larger(text,text) text_le(text,text)
text_lt(text,text) text_pattern_ge(text,text) text_pattern_gt(text,text) text_pattern_le(text,text)
text_pattern_lt(text,text) text_smaller(text,text) text_starts_with_support(internal)
textanycat(text,anynonarray) textcat(text,text) texteq(text,text) texteqname(text,name) textgename(text,name)
textgtname(text,name) texticlike(text,text) texticlike_support(internal) texticnlike(text,text)
texticregexeq(text,text) texticregexeq_support(internal) texticregexne(text,text) textin(cstring) textlen(text)
textlename(text,name) textlike(text,text) textlike_support(internal) textltname(text,name) textne(text,text)
textnename(text,name) textnlike(text,text) textout(text) textrecv(internal) textregexeq(text,text)
textregexeq_support(internal) textregexne(text,text) textsend(text) thesaurus_init(internal)
thesaurus_lexize(internal,internal,internal,internal) tideq(tid,tid) tidge(tid,tid) tidgt(tid,tid)
tidin(cstring) tidlarger(tid,tid) tidle(tid,tid) tidlt(tid,tid) tidne(tid,tid) tidout(tid) tidrecv(internal)
tidsend(tid) tidsmaller(tid,tid) time(interval) time(time,int4) time(timestamp) time(timestamptz) time(timetz)
time_cmp(time,time) time_eq(time,time) time_ge(time,time) time_gt(time,time) time_hash(time)
time_hash_extended(time,int8) time_in(cstring,oid,int4) time_larger(time,time) time_le(time,time)
time_lt(time,time) time_mi_interval(time,interval) time_mi_time(time,time) time_ne(time,time) time_out(time)
time_pl_interval(time,interval) time_recv(internal,oid,int4) time_send(time) time_smaller(time,time)
time_support(internal) timedate_pl(time,date) timeofday() timestamp(date) timestamp(date,time)
timestamp(timestamp,int4) timestamp(timestamptz) timestamp_cmp(timestamp,timestamp)
timestamp_cmp_date(timestamp,date) timestamp_cmp_timestamptz(timestamp,timestamptz)
timestamp_eq(timestamp,timestamp) timestamp_eq_date(timestamp,date)
timestamp_eq_timestamptz(timestamp,timestamptz) timestamp_ge(timestamp,timestamp)
timestamp_ge_date(timestamp,date) timestamp_ge_timestamptz(timestamp,timestamptz)
timestamp_gt(timestamp,timestamp) timestamp_gt_date(timestamp,date)
timestamp_gt_timestamptz(timestamp,timestamptz) timestamp_hash(timestamp)
timestamp_hash_extended(timestamp,int8) timestamp_in(cstring,oid,int4) timestamp_larger(timestamp,timestamp)
timestamp_le(timestamp,timestamp) timestamp_le_date(timestamp,date)
timestamp_le_timestamptz(timestamp,timestamptz) timestamp_lt(timestamp,timestamp)
timestamp_lt_date(timestamp,date) timestamp_lt_timestamptz(timestamp,timestamptz)
timestamp_mi(timestamp,timestamp) timestamp_mi_interval(timestamp,interval) timestamp_ne(timestamp,timestamp)
timestamp_ne_date(timestamp,date) timestamp_ne_timestamptz(timestamp,timestamptz) timestamp_out(timestamp)
timestamp_pl_interval(timestamp,interval) timestamp_recv(internal,oid,int4) timestamp_send(timestamp)
timestamp_skipsupport(internal) timestamp_smaller(timestamp,timestamp) timestamp_sortsupport(internal)
timestamp_support(internal) timestamptypmodin(cstring[]) timestamptypmodout(int4) timestamptz(date)
timestamptz(date,time) timestamptz(date,timetz) timestamptz(timestamp) timestamptz(timestamptz,int4)
timestamptz_cmp(timestamptz,timestamptz) timestamptz_cmp_date(timestamptz,date)
timestamptz_cmp_timestamp(timestamptz,timestamp) timestamptz_eq(timestamptz,timestamptz)
timestamptz_eq_date(timestamptz,date) timestamptz_eq_timestamp(timestamptz,timestamp)
timestamptz_ge(timestamptz,timestamptz) timestamptz_ge_date(timestamptz,date)
timestamptz_ge_timestamp(timestamptz,timestamp) timestamptz_gt(timestamptz,timestamptz)
timestamptz_gt_date(timestamptz,date) timestamptz_gt_timestamp(timestamptz,timestamp)
timestamptz_hash(timestamptz) timestamptz_hash_extended(timestamptz,int8) timestamptz_in(cstring,oid,int4)
timestamptz_larger(timestamptz,timestamptz) timestamptz_le(timestamptz,timestamptz)
timestamptz_le_date(timestamptz,date) timestamptz_le_timestamp(timestamptz,timestamp)
timestamptz_lt(timestamptz,timestamptz) timestamptz_lt_date(timestamptz,date)
timestamptz_lt_timestamp(timestamptz,timestamp) timestamptz_mi(timestamptz,timestamptz)
timestamptz_mi_interval(timestamptz,interval) timestamptz_ne(timestamptz,timestamptz)
timestamptz_ne_date(timestamptz,date) timestamptz_ne_timestamp(timestamptz,timestamp)
timestamptz_out(timestamptz) timestamptz_pl_interval(timestamptz,interval) timestamptz_recv(internal,oid,int4)
timestamptz_send(timestamptz) timestamptz_smaller(timestamptz,timestamptz) timestamptztypmodin(cstring[])
timestamptztypmodout(int4) timetypmodin(cstring[]) timetypmodout(int4) timetz(time) timetz(timestamptz)
timetz(timetz,int4) timetz_cmp(timetz,timetz) timetz_eq(timetz,timetz) timetz_ge(timetz,timetz)
timetz_gt(timetz,timetz) timetz_hash(timetz) timetz_hash_extended(timetz,int8) timetz_in(cstring,oid,int4)
timetz_larger(timetz,timetz) timetz_le(timetz,timetz) timetz_lt(timetz,timetz)
timetz_mi_interval(timetz,interval) timetz_ne(timetz,timetz) timetz_out(timetz)
timetz_pl_interval(timetz,interval) timetz_recv(internal,oid,int4) timetz_send(timetz)
timetz_smaller(timetz,timetz) timetzdate_pl(timetz,date) timetztypmodin(cstring[]) timetztypmodout(int4)
timezone(interval,timestamp) timezone(interval,timestamptz) timezone(interval,timetz) timezone(text,timestamp)
timezone(text,timestamptz) timezone(text,timetz) timezone(timestamp) timezone(timestamptz) timezone(timetz)
to_ascii(text) to_ascii(text,int4) to_ascii(text,name) to_bin(int4) to_bin(int8) to_char(float4,text)
to_char(float8,text) to_char(int4,text) to_char(int8,text) to_char(interval,text) to_char(numeric,text)
to_char(timestamp,text) to_char(timestamptz,text) to_date(text,text) to_hex(int4) to_hex(int8)
to_json(anyelement) to_jsonb(anyelement) to_number(text,text) to_oct(int4) to_oct(int8) to_regclass(text)
to_regcollation(text) to_regnamespace(text) to_regoper(text) to_regoperator(text) to_regproc(text)
to_regprocedure(text) to_regrole(text) to_regtype(text) to_regtypemod(text) to_timestamp(float8)
to_timestamp(text,text) to_tsquery(regconfig,text) to_tsquery(text) to_tsvector(json) to_tsvector(jsonb)
to_tsvector(regconfig,json) to_tsvector(regconfig,jsonb) to_tsvector(regconfig,text) to_tsvector(text)
transaction_timestamp() translate(text,text,text) trigger_in(cstring) trigger_out(trigger)
trim_array(anyarray,int4) trim_scale(numeric) trunc(float8) trunc(macaddr) trunc(macaddr8) trunc(numeric)
trunc(numeric,int4) ts_debug(regconfig,text) ts_debug(text) ts_delete(tsvector,text) ts_delete(tsvector,text[])
ts_filter(tsvector,char[]) ts_headline(json,tsquery) ts_headline(json,tsquery,text) ts_headline(jsonb,tsquery)
ts_headline(jsonb,tsquery,text) ts_headline(regconfig,json,tsquery) ts_headline(regconfig,json,tsquery,text)
ts_headline(regconfig,jsonb,tsquery) ts_headline(regconfig,jsonb,tsquery,text)
ts_headline(regconfig,text,tsquery) ts_headline(regconfig,text,tsquery,text) ts_headline(text,tsquery)
ts_headline(text,tsquery,text) ts_lexize(regdictionary,text) ts_match_qv(tsquery,tsvector)
ts_match_tq(text,tsquery) ts_match_tt(text,text) ts_match_vq(tsvector,tsquery) ts_parse(oid,text)
ts_parse(text,text) ts_rank(float4[],tsvector,tsquery) ts_rank(float4[],tsvector,tsquery,int4)
ts_rank(tsvector,tsquery) ts_rank(tsvector,tsquery,int4) ts_rank_cd(float4[],tsvector,tsquery)
ts_rank_cd(float4[],tsvector,tsquery,int4) ts_rank_cd(tsvector,tsquery) ts_rank_cd(tsvector,tsquery,int4)
ts_rewrite(tsquery,tsquery,tsquery) ts_token_type(oid) ts_token_type(text) ts_typanalyze(internal)
tsm_handler_in(cstring) tsm_handler_out(tsm_handler) tsmatchjoinsel(internal,oid,internal,int2,internal)
tsmatchsel(internal,oid,internal,int4) tsmultirange() tsmultirange(tsrange) tsmultirange(tsrange[])
tsq_mcontained(tsquery,tsquery) tsq_mcontains(tsquery,tsquery) tsquery_and(tsquery,tsquery)
tsquery_cmp(tsquery,tsquery) tsquery_eq(tsquery,tsquery) tsquery_ge(tsquery,tsquery)
tsquery_gt(tsquery,tsquery) tsquery_le(tsquery,tsquery) tsquery_lt(tsquery,tsquery) tsquery_ne(tsquery,tsquery)
tsquery_not(tsquery) tsquery_or(tsquery,tsquery) tsquery_phrase(tsquery,tsquery)
tsquery_phrase(tsquery,tsquery,int4) tsqueryin(cstring) tsqueryout(tsquery) tsqueryrecv(internal)
tsquerysend(tsquery) tsrange(timestamp,timestamp) tsrange(timestamp,timestamp,text)
tsrange_subdiff(timestamp,timestamp) tstzmultirange() tstzmultirange(tstzrange) tstzmultirange(tstzrange[])
tstzrange(timestamptz,timestamptz) tstzrange(timestamptz,timestamptz,text)
tstzrange_subdiff(timestamptz,timestamptz) tsvector_cmp(tsvector,tsvector) tsvector_concat(tsvector,tsvector)
tsvector_eq(tsvector,tsvector) tsvector_ge(tsvector,tsvector) tsvector_gt(tsvector,tsvector)
tsvector_le(tsvector,tsvector) tsvector_lt(tsvector,tsvector) tsvector_ne(tsvector,tsvector)
tsvector_to_array(tsvector) tsvectorin(cstring) tsvectorout(tsvector) tsvectorrecv(internal)
tsvectorsend(tsvector) txid_current() txid_current_if_assigned() txid_current_snapshot()
txid_snapshot_in(cstring) txid_snapshot_out(txid_snapshot) txid_snapshot_recv(internal)
txid_snapshot_send(txid_snapshot) txid_snapshot_xip(txid_snapshot) txid_snapshot_xmax(txid_snapshot)
txid_snapshot_xmin(txid_snapshot) txid_status(int8) txid_visible_in_snapshot(int8,txid_snapshot)
uhc_to_utf8(int4,int4,cstring,internal,int4,bool) unicode_assigned(text) unicode_version() unistr(text)
unknownin(cstring) unknownout(unknown) unknownrecv(internal) unknownsend(unknown) unnest(anyarray)
unnest(anymultirange) unnest(tsvector) upper(anymultirange) upper(anyrange) upper(text)
upper_inc(anymultirange) upper_inc(anyrange) upper_inf(anymultirange) upper_inf(anyrange)
utf8_to_big5(int4,int4,cstring,internal,int4,bool) utf8_to_euc_cn(int4,int4,cstring,internal,int4,bool)
utf8_to_euc_jis_2004(int4,int4,cstring,internal,int4,bool) utf8_to_euc_jp(int4,int4,cstring,internal,int4,bool)
utf8_to_euc_kr(int4,int4,cstring,internal,int4,bool) utf8_to_euc_tw(int4,int4,cstring,internal,int4,bool)
utf8_to_gb18030(int4,int4,cstring,internal,int4,bool) utf8_to_gbk(int4,int4,cstring,internal,int4,bool)
utf8_to_iso8859(int4,int4,cstring,internal,int4,bool) utf8_to_iso8859_1(int4,int4,cstring,internal,int4,bool)
utf8_to_johab(int4,int4,cstring,internal,int4,bool) utf8_to_koi8r(int4,int4,cstring,internal,int4,bool)
utf8_to_koi8u(int4,int4,cstring,internal,int4,bool)
utf8_to_shift_jis_2004(int4,int4,cstring,internal,int4,bool) utf8_to_sjis(int4,int4,cstring,internal,int4,bool)
utf8_to_uhc(int4,int4,cstring,internal,int4,bool) utf8_to_win(int4,int4,cstring,internal,int4,bool)
uuid_cmp(uuid,uuid) uuid_eq(uuid,uuid) uuid_extract_timestamp(uuid) uuid_extract_version(uuid)
uuid_ge(uuid,uuid) uuid_gt(uuid,uuid) uuid_hash(uuid) uuid_hash_extended(uuid,int8) uuid_in(cstring)
uuid_le(uuid,uuid) uuid_lt(uuid,uuid) uuid_ne(uuid,uuid) uuid_out(uuid) uuid_recv(internal) uuid_send(uuid)
uuid_skipsupport(internal) uuid_sortsupport(internal) uuidv4() uuidv7() uuidv7(interval) var_pop(float4)
var_pop(float8) var_pop(int2) var_pop(int4) var_pop(int8) var_pop(numeric) var_samp(float4) var_samp(float8)
var_samp(int2) var_samp(int4) var_samp(int8) var_samp(numeric) varbit(varbit,int4,bool)
varbit_in(cstring,oid,int4) varbit_out(varbit) varbit_recv(internal,oid,int4) varbit_send(varbit)
varbit_support(internal) varbitcmp(varbit,varbit) varbiteq(varbit,varbit) varbitge(varbit,varbit)
varbitgt(varbit,varbit) varbitle(varbit,varbit) varbitlt(varbit,varbit) varbitne(varbit,varbit)
varbittypmodin(cstring[]) varbittypmodout(int4) varchar(name) varchar(varchar,int4,bool)
varchar_support(internal) varcharin(cstring,oid,int4) varcharout(varchar) varcharrecv(internal,oid,int4)
varcharsend(varchar) varchartypmodin(cstring[]) varchartypmodout(int4) variance(float4) variance(float8)
variance(int2) variance(int4) variance(int8) variance(numeric) version() void_in(cstring) void_out(void)
void_recv(internal) void_send(void) websearch_to_tsquery(regconfig,text) websearch_to_tsquery(text) width(box)
width_bucket(anycompatible,anycompatiblearray) width_bucket(anyelement,anyarray)
width_bucket(float8,float8,float8,int4) width_bucket(numeric,numeric,numeric,int4)
win1250_to_latin2(int4,int4,cstring,internal,int4,bool) win1250_to_mic(int4,int4,cstring,internal,int4,bool)
win1251_to_iso(int4,int4,cstring,internal,int4,bool) win1251_to_koi8r(int4,int4,cstring,internal,int4,bool)
win1251_to_mic(int4,int4,cstring,internal,int4,bool) win1251_to_win866(int4,int4,cstring,internal,int4,bool)
win866_to_iso(int4,int4,cstring,internal,int4,bool) win866_to_koi8r(int4,int4,cstring,internal,int4,bool)
win866_to_mic(int4,int4,cstring,internal,int4,bool) win866_to_win1251(int4,int4,cstring,internal,int4,bool)
win_to_utf8(int4,int4,cstring,internal,int4,bool) window_cume_dist_support(internal)
window_dense_rank_support(internal) window_ntile_support(internal) window_percent_rank_support(internal)
window_rank_support(internal) window_row_number_support(internal) xid(xid8) xid8_larger(xid8,xid8)
xid8_smaller(xid8,xid8) xid8cmp(xid8,xid8) xid8eq(xid8,xid8) xid8ge(xid8,xid8) xid8gt(xid8,xid8)
xid8in(cstring) xid8le(xid8,xid8) xid8lt(xid8,xid8) xid8ne(xid8,xid8) xid8out(xid8) xid8recv(internal)
xid8send(xid8) xideq(xid,xid) xideqint4(xid,int4) xidin(cstring) xidneq(xid,xid) xidneqint4(xid,int4)
xidout(xid) xidrecv(internal) xidsend(xid) xml(text) xml_in(cstring) xml_is_well_formed(text)
xml_is_well_formed_content(text) xml_is_well_formed_document(text) xml_out(xml) xml_recv(internal)
xml_send(xml) xmlagg(xml) xmlcomment(text) xmlconcat2(xml,xml) xmlexists(text,xml) xmltext(text)
xmlvalidate(xml,text) xpath(text,xml) xpath(text,xml,text[]) xpath_exists(text,xml)
xpath_exists(text,xml,text[])
`

/** Every other: signature, volatility, language, as whom it runs, fewest and most arguments, tags. */
export const listedFunctions = `
RI_FKey_cascade_del() volatile internal invoker 0 0
RI_FKey_cascade_upd() volatile internal invoker 0 0
RI_FKey_check_ins() volatile internal invoker 0 0
RI_FKey_check_upd() volatile internal invoker 0 0
RI_FKey_noaction_del() volatile internal invoker 0 0
RI_FKey_noaction_upd() volatile internal invoker 0 0
RI_FKey_restrict_del() volatile internal invoker 0 0
RI_FKey_restrict_upd() volatile internal invoker 0 0
RI_FKey_setdefault_del() volatile internal invoker 0 0
RI_FKey_setdefault_upd() volatile internal invoker 0 0
RI_FKey_setnull_del() volatile internal invoker 0 0
RI_FKey_setnull_upd() volatile internal invoker 0 0
anyarray_in(cstring) immutable internal invoker 1 1 dynamic-type
array_in(cstring,oid,int4) stable internal invoker 3 3 dynamic-type
binary_upgrade_add_sub_rel_state(text,oid,char,pg_lsn) volatile internal invoker 4 4 admin
binary_upgrade_create_empty_extension(text,text,bool,text,oid[],text[],text[]) volatile internal invoker 7 7 admin
binary_upgrade_logical_slot_has_caught_up(name) volatile internal invoker 1 1 admin
binary_upgrade_replorigin_advance(text,pg_lsn) volatile internal invoker 2 2 admin
binary_upgrade_set_missing_value(oid,text,text) volatile internal invoker 3 3 admin
binary_upgrade_set_next_array_pg_type_oid(oid) volatile internal invoker 1 1 admin
binary_upgrade_set_next_heap_pg_class_oid(oid) volatile internal invoker 1 1 admin
binary_upgrade_set_next_heap_relfilenode(oid) volatile internal invoker 1 1 admin
binary_upgrade_set_next_index_pg_class_oid(oid) volatile internal invoker 1 1 admin
binary_upgrade_set_next_index_relfilenode(oid) volatile internal invoker 1 1 admin
binary_upgrade_set_next_multirange_array_pg_type_oid(oid) volatile internal invoker 1 1 admin
binary_upgrade_set_next_multirange_pg_type_oid(oid) volatile internal invoker 1 1 admin
binary_upgrade_set_next_pg_authid_oid(oid) volatile internal invoker 1 1 admin
binary_upgrade_set_next_pg_enum_oid(oid) volatile internal invoker 1 1 admin
binary_upgrade_set_next_pg_tablespace_oid(oid) volatile internal invoker 1 1 admin
binary_upgrade_set_next_pg_type_oid(oid) volatile internal invoker 1 1 admin
binary_upgrade_set_next_toast_pg_class_oid(oid) volatile internal invoker 1 1 admin
binary_upgrade_set_next_toast_relfilenode(oid) volatile internal invoker 1 1 admin
binary_upgrade_set_record_init_privs(bool) volatile internal invoker 1 1 admin
brin_desummarize_range(regclass,int8) volatile internal invoker 2 2 admin
brin_summarize_new_values(regclass) volatile internal invoker 1 1 admin
brin_summarize_range(regclass,int8) volatile internal invoker 2 2 admin
currtid2(text,tid) volatile internal invoker 2 2 dynamic-sql
currval(regclass) volatile internal invoker 1 1 sequence
cursor_to_xml(refcursor,int4,bool,bool,text) volatile internal invoker 5 5 dynamic-sql
cursor_to_xmlschema(refcursor,bool,bool,text) volatile internal invoker 4 4 dynamic-sql
database_to_xml(bool,bool,text) stable internal invoker 3 3 dynamic-sql
database_to_xml_and_xmlschema(bool,bool,text) stable internal invoker 3 3 dynamic-sql
database_to_xmlschema(bool,bool,text) stable internal invoker 3 3 dynamic-sql
domain_in(cstring,oid,int4) stable internal invoker 3 3 dynamic-type
enum_in(cstring,oid) stable internal invoker 2 2 dynamic-type
gin_clean_pending_list(regclass) volatile internal invoker 1 1 admin
json_populate_record(anyelement,json,bool) stable internal invoker 2 3 dynamic-type
json_populate_recordset(anyelement,json,bool) stable internal invoker 2 3 dynamic-type
jsonb_populate_record(anyelement,jsonb) stable internal invoker 2 2 dynamic-type
jsonb_populate_record_valid(anyelement,jsonb) stable internal invoker 2 2 dynamic-type
jsonb_populate_recordset(anyelement,jsonb) stable internal invoker 2 2 dynamic-type
lastval() volatile internal invoker 0 0 sequence
lo_close(int4) volatile internal invoker 1 1 large-object
lo_creat(int4) volatile internal invoker 1 1 large-object
lo_create(oid) volatile internal invoker 1 1 large-object
lo_export(oid,text) volatile internal invoker 2 2 large-object,server-file
lo_from_bytea(oid,bytea) volatile internal invoker 2 2 large-object
lo_get(oid) volatile internal invoker 1 1 large-object
lo_get(oid,int8,int4) volatile internal invoker 3 3 large-object
lo_import(text) volatile internal invoker 1 1 large-object,server-file
lo_import(text,oid) volatile internal invoker 2 2 large-object,server-file
lo_lseek(int4,int4,int4) volatile internal invoker 3 3 large-object
lo_lseek64(int4,int8,int4) volatile internal invoker 3 3 large-object
lo_open(oid,int4) volatile internal invoker 2 2 large-object
lo_put(oid,int8,bytea) volatile internal invoker 3 3 large-object
lo_tell(int4) volatile internal invoker 1 1 large-object
lo_tell64(int4) volatile internal invoker 1 1 large-object
lo_truncate(int4,int4) volatile internal invoker 2 2 large-object
lo_truncate64(int4,int8) volatile internal invoker 2 2 large-object
lo_unlink(oid) volatile internal invoker 1 1 large-object
loread(int4,int4) volatile internal invoker 2 2 large-object
lowrite(int4,bytea) volatile internal invoker 2 2 large-object
multirange_in(cstring,oid,int4) stable internal invoker 3 3 dynamic-type
nextval(regclass) volatile internal invoker 1 1 sequence
pg_advisory_lock(int4,int4) volatile internal invoker 2 2 advisory-lock
pg_advisory_lock(int8) volatile internal invoker 1 1 advisory-lock
pg_advisory_lock_shared(int4,int4) volatile internal invoker 2 2 advisory-lock
pg_advisory_lock_shared(int8) volatile internal invoker 1 1 advisory-lock
pg_advisory_unlock(int4,int4) volatile internal invoker 2 2 advisory-lock
pg_advisory_unlock(int8) volatile internal invoker 1 1 advisory-lock
pg_advisory_unlock_all() volatile internal invoker 0 0 advisory-lock
pg_advisory_unlock_shared(int4,int4) volatile internal invoker 2 2 advisory-lock
pg_advisory_unlock_shared(int8) volatile internal invoker 1 1 advisory-lock
pg_advisory_xact_lock(int4,int4) volatile internal invoker 2 2 advisory-lock
pg_advisory_xact_lock(int8) volatile internal invoker 1 1 advisory-lock
pg_advisory_xact_lock_shared(int4,int4) volatile internal invoker 2 2 advisory-lock
pg_advisory_xact_lock_shared(int8) volatile internal invoker 1 1 advisory-lock
pg_available_wal_summaries() volatile internal invoker 0 0
pg_backup_start(text,bool) volatile internal invoker 1 2 admin
pg_backup_start_time() volatile internal invoker 0 0 admin
pg_backup_stop(bool) volatile internal invoker 0 1 admin
pg_blocking_pids(int4) volatile internal invoker 1 1 activity
pg_cancel_backend(int4) volatile internal invoker 1 1 signal
pg_clear_attribute_stats(text,text,text,bool) volatile internal invoker 4 4 admin
pg_clear_relation_stats(text,text) volatile internal invoker 2 2 admin
pg_control_checkpoint() volatile internal invoker 0 0 admin
pg_control_init() volatile internal invoker 0 0 admin
pg_control_recovery() volatile internal invoker 0 0 admin
pg_control_system() volatile internal invoker 0 0 admin
pg_copy_logical_replication_slot(name,name) volatile internal invoker 2 2 replication
pg_copy_logical_replication_slot(name,name,bool) volatile internal invoker 3 3 replication
pg_copy_logical_replication_slot(name,name,bool,name) volatile internal invoker 4 4 replication
pg_copy_physical_replication_slot(name,name) volatile internal invoker 2 2 replication
pg_copy_physical_replication_slot(name,name,bool) volatile internal invoker 3 3 replication
pg_create_logical_replication_slot(name,name,bool) volatile internal invoker 2 3 replication
pg_create_logical_replication_slot(name,name,bool,bool) volatile internal invoker 2 4 replication
pg_create_logical_replication_slot(name,name,bool,bool,bool) volatile internal invoker 2 5 replication
pg_create_physical_replication_slot(name,bool,bool) volatile internal invoker 1 3 replication
pg_create_restore_point(text) volatile internal invoker 1 1 admin
pg_current_logfile() volatile internal invoker 0 0 server-file
pg_current_logfile(text) volatile internal invoker 1 1 server-file
pg_current_wal_flush_lsn() volatile internal invoker 0 0
pg_current_wal_insert_lsn() volatile internal invoker 0 0
pg_current_wal_lsn() volatile internal invoker 0 0
pg_drop_replication_slot(name) volatile internal invoker 1 1 replication
pg_export_snapshot() volatile internal invoker 0 0 admin
pg_extension_config_dump(regclass,text) volatile internal invoker 2 2 admin
pg_get_aios() volatile internal invoker 0 0 activity
pg_get_backend_memory_contexts() volatile internal invoker 0 0 activity
pg_get_loaded_modules() volatile internal invoker 0 0
pg_get_multixact_members(xid) volatile internal invoker 1 1
pg_get_replication_slots() stable internal invoker 0 0 replication
pg_get_sequence_data(regclass) volatile internal invoker 1 1 sequence
pg_get_shmem_allocations() volatile internal invoker 0 0 activity
pg_get_shmem_allocations_numa() volatile internal invoker 0 0 activity
pg_get_wait_events() volatile internal invoker 0 0
pg_get_wal_replay_pause_state() volatile internal invoker 0 0
pg_get_wal_resource_managers() volatile internal invoker 0 0
pg_get_wal_summarizer_state() volatile internal invoker 0 0
pg_hba_file_rules() volatile internal invoker 0 0 server-file
pg_ident_file_mappings() volatile internal invoker 0 0 server-file
pg_import_system_collations(regnamespace) volatile internal invoker 1 1 admin
pg_input_error_info(text,text) stable internal invoker 2 2 dynamic-type
pg_input_is_valid(text,text) stable internal invoker 2 2 dynamic-type
pg_is_in_backup() volatile internal invoker 0 0 admin
pg_isolation_test_session_is_blocked(int4,int4[]) volatile internal invoker 2 2
pg_last_committed_xact() volatile internal invoker 0 0
pg_last_wal_receive_lsn() volatile internal invoker 0 0
pg_last_wal_replay_lsn() volatile internal invoker 0 0
pg_lock_status() volatile internal invoker 0 0 activity
pg_log_backend_memory_contexts(int4) volatile internal invoker 1 1 signal
pg_log_standby_snapshot() volatile internal invoker 0 0 admin
pg_logical_emit_message(bool,text,bytea) volatile internal invoker 3 3 replication
pg_logical_emit_message(bool,text,bytea,bool) volatile internal invoker 3 4 replication
pg_logical_emit_message(bool,text,text) volatile internal invoker 3 3 replication
pg_logical_emit_message(bool,text,text,bool) volatile internal invoker 3 4 replication
pg_logical_slot_get_binary_changes(name,pg_lsn,int4,text[]) volatile internal invoker 2 many replication
pg_logical_slot_get_changes(name,pg_lsn,int4,text[]) volatile internal invoker 2 many replication
pg_logical_slot_peek_binary_changes(name,pg_lsn,int4,text[]) volatile internal invoker 2 many replication
pg_logical_slot_peek_changes(name,pg_lsn,int4,text[]) volatile internal invoker 2 many replication
pg_ls_archive_statusdir() volatile internal invoker 0 0 server-file
pg_ls_dir(text) volatile internal invoker 1 1 server-file
pg_ls_dir(text,bool,bool) volatile internal invoker 3 3 server-file
pg_ls_logdir() volatile internal invoker 0 0 server-file
pg_ls_logicalmapdir() volatile internal invoker 0 0 server-file
pg_ls_logicalsnapdir() volatile internal invoker 0 0 server-file
pg_ls_replslotdir(text) volatile internal invoker 1 1 server-file
pg_ls_summariesdir() volatile internal invoker 0 0 server-file
pg_ls_tmpdir() volatile internal invoker 0 0 server-file
pg_ls_tmpdir(oid) volatile internal invoker 1 1 server-file
pg_ls_waldir() volatile internal invoker 0 0 server-file
pg_nextoid(regclass,name,regclass) volatile internal invoker 3 3 admin
pg_notification_queue_usage() volatile internal invoker 0 0
pg_notify(text,text) volatile internal invoker 2 2 notify
pg_prepared_xact() volatile internal invoker 0 0 activity
pg_promote(bool,int4) volatile internal invoker 0 2 admin,signal
pg_read_binary_file(text) volatile internal invoker 1 1 server-file
pg_read_binary_file(text,bool) volatile internal invoker 2 2 server-file
pg_read_binary_file(text,int8,int8) volatile internal invoker 3 3 server-file
pg_read_binary_file(text,int8,int8,bool) volatile internal invoker 4 4 server-file
pg_read_file(text) volatile internal invoker 1 1 server-file
pg_read_file(text,bool) volatile internal invoker 2 2 server-file
pg_read_file(text,int8,int8) volatile internal invoker 3 3 server-file
pg_read_file(text,int8,int8,bool) volatile internal invoker 4 4 server-file
pg_read_file_old(text,int8,int8) volatile internal invoker 3 3 server-file
pg_reload_conf() volatile internal invoker 0 0 signal
pg_replication_origin_advance(text,pg_lsn) volatile internal invoker 2 2 replication
pg_replication_origin_create(text) volatile internal invoker 1 1 replication
pg_replication_origin_drop(text) volatile internal invoker 1 1 replication
pg_replication_origin_oid(text) stable internal invoker 1 1 replication
pg_replication_origin_progress(text,bool) volatile internal invoker 2 2 replication
pg_replication_origin_session_is_setup() volatile internal invoker 0 0 replication
pg_replication_origin_session_progress(bool) volatile internal invoker 1 1 replication
pg_replication_origin_session_reset() volatile internal invoker 0 0 replication
pg_replication_origin_session_setup(text) volatile internal invoker 1 1 replication
pg_replication_origin_xact_reset() volatile internal invoker 0 0 replication
pg_replication_origin_xact_setup(pg_lsn,timestamptz) volatile internal invoker 2 2 replication
pg_replication_slot_advance(name,pg_lsn) volatile internal invoker 2 2 replication
pg_restore_attribute_stats(any) volatile internal invoker 0 many admin
pg_restore_relation_stats(any) volatile internal invoker 0 many admin
pg_rotate_logfile() volatile internal invoker 0 0 server-file,signal
pg_rotate_logfile_old() volatile internal invoker 0 0 server-file,signal
pg_safe_snapshot_blocking_pids(int4) volatile internal invoker 1 1 activity
pg_sequence_last_value(regclass) volatile internal invoker 1 1 sequence
pg_show_all_file_settings() volatile internal invoker 0 0 server-file
pg_show_replication_origin_status() volatile internal invoker 0 0 replication
pg_sleep(float8) volatile internal invoker 1 1 sleep
pg_sleep_for(interval) volatile sql invoker 1 1 sleep
pg_sleep_until(timestamptz) volatile sql invoker 1 1 sleep
pg_start_backup(text,bool,bool) volatile internal invoker 1 3 admin
pg_stat_clear_snapshot() volatile internal invoker 0 0
pg_stat_file(text) volatile internal invoker 1 1 server-file
pg_stat_file(text,bool) volatile internal invoker 2 2 server-file
pg_stat_force_next_flush() volatile internal invoker 0 0 admin
pg_stat_get_activity(int4) stable internal invoker 1 1 activity
pg_stat_get_backend_activity(int4) stable internal invoker 1 1 activity
pg_stat_get_backend_activity_start(int4) stable internal invoker 1 1 activity
pg_stat_get_backend_client_addr(int4) stable internal invoker 1 1 activity
pg_stat_get_backend_client_port(int4) stable internal invoker 1 1 activity
pg_stat_get_backend_dbid(int4) stable internal invoker 1 1 activity
pg_stat_get_backend_idset() stable internal invoker 0 0 activity
pg_stat_get_backend_io(int4) volatile internal invoker 1 1 activity
pg_stat_get_backend_pid(int4) stable internal invoker 1 1 activity
pg_stat_get_backend_start(int4) stable internal invoker 1 1 activity
pg_stat_get_backend_subxact(int4) stable internal invoker 1 1 activity
pg_stat_get_backend_userid(int4) stable internal invoker 1 1 activity
pg_stat_get_backend_wait_event(int4) stable internal invoker 1 1 activity
pg_stat_get_backend_wait_event_type(int4) stable internal invoker 1 1 activity
pg_stat_get_backend_wal(int4) volatile internal invoker 1 1 activity
pg_stat_get_backend_xact_start(int4) stable internal invoker 1 1 activity
pg_stat_get_io() volatile internal invoker 0 0
pg_stat_get_progress_info(text) stable internal invoker 1 1 activity
pg_stat_get_recovery_prefetch() volatile internal invoker 0 0
pg_stat_get_subscription(oid) stable internal invoker 1 1 activity
pg_stat_get_subscription_stats(oid) stable internal invoker 1 1 activity
pg_stat_get_wal_receiver() stable internal invoker 0 0 activity
pg_stat_get_wal_senders() stable internal invoker 0 0 replication
pg_stat_get_xact_blocks_fetched(oid) volatile internal invoker 1 1
pg_stat_get_xact_blocks_hit(oid) volatile internal invoker 1 1
pg_stat_get_xact_function_calls(oid) volatile internal invoker 1 1
pg_stat_get_xact_function_self_time(oid) volatile internal invoker 1 1
pg_stat_get_xact_function_total_time(oid) volatile internal invoker 1 1
pg_stat_get_xact_numscans(oid) volatile internal invoker 1 1
pg_stat_get_xact_tuples_deleted(oid) volatile internal invoker 1 1
pg_stat_get_xact_tuples_fetched(oid) volatile internal invoker 1 1
pg_stat_get_xact_tuples_hot_updated(oid) volatile internal invoker 1 1
pg_stat_get_xact_tuples_inserted(oid) volatile internal invoker 1 1
pg_stat_get_xact_tuples_newpage_updated(oid) volatile internal invoker 1 1
pg_stat_get_xact_tuples_returned(oid) volatile internal invoker 1 1
pg_stat_get_xact_tuples_updated(oid) volatile internal invoker 1 1
pg_stat_have_stats(text,oid,int8) volatile internal invoker 3 3
pg_stat_have_stats(text,oid,oid) volatile internal invoker 3 3
pg_stat_reset() volatile internal invoker 0 0 admin
pg_stat_reset_backend_stats(int4) volatile internal invoker 1 1 admin
pg_stat_reset_replication_slot(text) volatile internal invoker 1 1 admin
pg_stat_reset_shared(text) volatile internal invoker 0 1 admin
pg_stat_reset_single_function_counters(oid) volatile internal invoker 1 1 admin
pg_stat_reset_single_table_counters(oid) volatile internal invoker 1 1 admin
pg_stat_reset_slru(text) volatile internal invoker 0 1 admin
pg_stat_reset_subscription_stats(oid) volatile internal invoker 1 1 admin
pg_stop_backup() volatile internal invoker 0 0 admin
pg_stop_backup(bool,bool) volatile internal invoker 1 2 admin
pg_stop_making_pinned_objects() volatile internal invoker 0 0 admin
pg_switch_wal() volatile internal invoker 0 0 admin
pg_sync_replication_slots() volatile internal invoker 0 0 replication
pg_terminate_backend(int4) volatile internal invoker 1 1 signal
pg_terminate_backend(int4,int8) volatile internal invoker 1 2 signal
pg_try_advisory_lock(int4,int4) volatile internal invoker 2 2 advisory-lock
pg_try_advisory_lock(int8) volatile internal invoker 1 1 advisory-lock
pg_try_advisory_lock_shared(int4,int4) volatile internal invoker 2 2 advisory-lock
pg_try_advisory_lock_shared(int8) volatile internal invoker 1 1 advisory-lock
pg_try_advisory_xact_lock(int4,int4) volatile internal invoker 2 2 advisory-lock
pg_try_advisory_xact_lock(int8) volatile internal invoker 1 1 advisory-lock
pg_try_advisory_xact_lock_shared(int4,int4) volatile internal invoker 2 2 advisory-lock
pg_try_advisory_xact_lock_shared(int8) volatile internal invoker 1 1 advisory-lock
pg_wal_replay_pause() volatile internal invoker 0 0 admin
pg_wal_replay_resume() volatile internal invoker 0 0 admin
pg_wal_summary_contents(int8,pg_lsn,pg_lsn) volatile internal invoker 3 3
pg_xact_commit_timestamp_origin(xid) volatile internal invoker 1 1
plpgsql_call_handler() volatile c invoker 0 0
plpgsql_validator(oid) volatile c invoker 1 1
query_to_xml(text,bool,bool,text) volatile internal invoker 4 4 dynamic-sql
query_to_xml_and_xmlschema(text,bool,bool,text) volatile internal invoker 4 4 dynamic-sql
query_to_xmlschema(text,bool,bool,text) volatile internal invoker 4 4 dynamic-sql
range_in(cstring,oid,int4) stable internal invoker 3 3 dynamic-type
record_in(cstring,oid,int4) stable internal invoker 3 3 dynamic-type
schema_to_xml(name,bool,bool,text) stable internal invoker 4 4 dynamic-sql
schema_to_xml_and_xmlschema(name,bool,bool,text) stable internal invoker 4 4 dynamic-sql
schema_to_xmlschema(name,bool,bool,text) stable internal invoker 4 4 dynamic-sql
set_config(text,text,bool) volatile internal invoker 3 3 settings
setval(regclass,int8) volatile internal invoker 2 2 sequence
setval(regclass,int8,bool) volatile internal invoker 3 3 sequence
suppress_redundant_updates_trigger() volatile internal invoker 0 0
table_to_xml(regclass,bool,bool,text) stable internal invoker 4 4 dynamic-sql
table_to_xml_and_xmlschema(regclass,bool,bool,text) stable internal invoker 4 4 dynamic-sql
table_to_xmlschema(regclass,bool,bool,text) stable internal invoker 4 4 dynamic-sql
ts_rewrite(tsquery,text) volatile internal invoker 2 2 dynamic-sql
ts_stat(text) volatile internal invoker 1 1 dynamic-sql
ts_stat(text,text) volatile internal invoker 2 2 dynamic-sql
tsvector_update_trigger() volatile internal invoker 0 0
tsvector_update_trigger_column() volatile internal invoker 0 0
unique_key_recheck() volatile internal invoker 0 0
`

/** Names of those that give a set of rows. */
export const setFunctions = `
aclexplode generate_series generate_subscripts json_array_elements json_array_elements_text json_each
json_each_text json_object_keys json_populate_recordset json_to_recordset jsonb_array_elements
jsonb_array_elements_text jsonb_each jsonb_each_text jsonb_object_keys jsonb_path_query jsonb_path_query_tz
jsonb_populate_recordset jsonb_to_recordset pg_available_extension_versions pg_available_extensions
pg_available_wal_summaries pg_config pg_cursor pg_event_trigger_ddl_commands pg_event_trigger_dropped_objects
pg_extension_update_paths pg_get_aios pg_get_backend_memory_contexts pg_get_catalog_foreign_keys
pg_get_keywords pg_get_loaded_modules pg_get_multixact_members pg_get_publication_tables
pg_get_replication_slots pg_get_shmem_allocations pg_get_shmem_allocations_numa pg_get_wait_events
pg_get_wal_resource_managers pg_hba_file_rules pg_ident_file_mappings pg_listening_channels pg_lock_status
pg_logical_slot_get_binary_changes pg_logical_slot_get_changes pg_logical_slot_peek_binary_changes
pg_logical_slot_peek_changes pg_ls_archive_statusdir pg_ls_dir pg_ls_logdir pg_ls_logicalmapdir
pg_ls_logicalsnapdir pg_ls_replslotdir pg_ls_summariesdir pg_ls_tmpdir pg_ls_waldir pg_mcv_list_items
pg_options_to_table pg_partition_ancestors pg_partition_tree pg_prepared_statement pg_prepared_xact
pg_show_all_file_settings pg_show_all_settings pg_show_replication_origin_status pg_snapshot_xip
pg_stat_get_activity pg_stat_get_backend_idset pg_stat_get_backend_io pg_stat_get_io pg_stat_get_progress_info
pg_stat_get_recovery_prefetch pg_stat_get_slru pg_stat_get_subscription pg_stat_get_wal_senders
pg_tablespace_databases pg_timezone_abbrevs pg_timezone_abbrevs_abbrevs pg_timezone_abbrevs_zone
pg_timezone_names pg_wal_summary_contents regexp_matches regexp_split_to_table string_to_table ts_debug
ts_parse ts_stat ts_token_type txid_snapshot_xip unnest
`
