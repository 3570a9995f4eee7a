;; A goto through a table of labels: what is loaded is jumped to some instructions later, and the entry's number kept meanwhile.
;; 0x00001000  8b 04 85 00 20 00 00  mov eax, [eax*4+0x2000]
      local.get $eax
      local.set $index
      local.get $eax
      i32.const 2
      i32.shl
      i32.const 8192
      i32.add
      i32.load
      local.set $eax
;; 0x00001007  83 c1 04              add ecx, 0x4
      local.get $ecx
      i32.const 4
      i32.add
      local.set $ecx
;; 0x0000100a  8d 57 30              lea edx, [edi+0x30]
      local.get $edi
      i32.const 48
      i32.add
      local.set $edx
;; 0x0000100d  ff e0                 jmp eax
      local.get $eax
      local.set $eip
      local.get $fuel
      i32.const -4
      i32.add
      local.set $fuel
      block $5
        block $6
          block $7
            local.get $index
            br_table $7 $6 $7 $5
          end
          local.get $eip
          i32.const 4111
          i32.ne
          br_if $5
          br $3
        end
        local.get $eip
        i32.const 4117
        i32.ne
        br_if $5
        br $4
      end
      local.get $stack
      local.set $esp
      i32.const 40863
      local.set $place
      br $1
      unreachable
    end
;; 0x00001015  bb 14 00 00 00        mov ebx, 0x14
    i32.const 20
    local.set $ebx
;; 0x0000101a  c3                    ret
    local.get $stack
    i32.load
    local.set $eip
    local.get $fuel
    i32.const -2
    i32.add
    local.set $fuel
    local.get $ecx
    global.set $ecx
    local.get $edx
    global.set $edx
    local.get $ebx
    global.set $ebx
    local.get $fuel
    i64.extend_i32_u
    i64.const 32
    i64.shl
    local.get $eip
    i64.extend_i32_u
    i64.or
    local.get $eax
    return
    unreachable
  end
;; 0x0000100f  bb 0a 00 00 00        mov ebx, 0xa
  i32.const 10
  local.set $ebx
;; 0x00001014  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -2
  i32.add
  local.set $fuel
  local.get $ecx
  global.set $ecx
  local.get $edx
  global.set $edx
  local.get $ebx
  global.set $ebx
  local.get $fuel
  i64.extend_i32_u
  i64.const 32
  i64.shl
  local.get $eip
  i64.extend_i32_u
  i64.or
  local.get $eax
  return
  unreachable
