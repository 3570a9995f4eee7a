;; A loop within a loop.
;; 0x00001000  31 c0                 xor eax, eax
  local.get $eax
  local.get $eax
  i32.xor
  local.set $eax
  local.get $fuel
  i32.const -1
  i32.add
  local.set $fuel
  loop $3
    local.get $fuel
    i32.const 0
    i32.le_s
    if $4
      i32.const 4098
      local.set $eip
      local.get $stack
      local.set $esp
      i32.const 5911
      local.set $place
      br $1
    end
;; 0x00001002  89 d1                 mov ecx, edx
    local.get $edx
    local.set $ecx
    local.get $fuel
    i32.const -1
    i32.add
    local.set $fuel
    loop $5
      local.get $fuel
      i32.const 0
      i32.le_s
      if $6
        i32.const 4100
        local.set $eip
        local.get $stack
        local.set $esp
        i32.const 5911
        local.set $place
        br $1
      end
      block $7
;; 0x00001004  01 c8                 add eax, ecx
        local.get $eax
        local.get $ecx
        i32.add
        local.set $eax
;; 0x00001006  49                    dec ecx
        local.get $ecx
        i32.const 1
        i32.sub
        local.tee $flags.result
        local.set $ecx
;; 0x00001007  75 fb                 jne short 0x1004
        local.get $flags.result
        i32.eqz
        i32.eqz
        if $8
;; 0x00001004  01 c8                 add eax, ecx
          local.get $eax
          local.get $ecx
          i32.add
          local.set $eax
;; 0x00001006  49                    dec ecx
          local.get $ecx
          i32.const 1
          i32.sub
          local.tee $flags.result
          local.set $ecx
;; 0x00001007  75 fb                 jne short 0x1004
          local.get $flags.result
          i32.eqz
          i32.eqz
          if $9
;; 0x00001004  01 c8                 add eax, ecx
            local.get $eax
            local.get $ecx
            i32.add
            local.set $eax
;; 0x00001006  49                    dec ecx
            local.get $ecx
            i32.const 1
            i32.sub
            local.tee $flags.result
            local.set $ecx
;; 0x00001007  75 fb                 jne short 0x1004
            local.get $flags.result
            i32.eqz
            i32.eqz
            if $10
;; 0x00001004  01 c8                 add eax, ecx
              local.get $eax
              local.get $ecx
              i32.add
              local.set $eax
;; 0x00001006  49                    dec ecx
              local.get $ecx
              i32.const 1
              i32.sub
              local.tee $flags.result
              local.set $ecx
;; 0x00001007  75 fb                 jne short 0x1004
              local.get $flags.result
              i32.eqz
              i32.eqz
              if $11
;; 0x00001004  01 c8                 add eax, ecx
                local.get $eax
                local.get $ecx
                i32.add
                local.set $eax
;; 0x00001006  49                    dec ecx
                local.get $ecx
                i32.const 1
                i32.sub
                local.tee $flags.result
                local.set $ecx
;; 0x00001007  75 fb                 jne short 0x1004
                local.get $flags.result
                i32.eqz
                i32.eqz
                if $12
;; 0x00001004  01 c8                 add eax, ecx
                  local.get $eax
                  local.get $ecx
                  i32.add
                  local.set $eax
;; 0x00001006  49                    dec ecx
                  local.get $ecx
                  i32.const 1
                  i32.sub
                  local.tee $flags.result
                  local.set $ecx
;; 0x00001007  75 fb                 jne short 0x1004
                  local.get $fuel
                  i32.const -18
                  i32.add
                  local.set $fuel
                  local.get $flags.result
                  i32.eqz
                  i32.eqz
                  br_if $5
                  br $7
                  unreachable
                end
;; 0x00001004  01 c8                 add eax, ecx
                local.get $fuel
                i32.const -15
                i32.add
                local.set $fuel
                br $7
                unreachable
              end
              local.get $fuel
              i32.const -12
              i32.add
              local.set $fuel
              br $7
              unreachable
            end
            local.get $fuel
            i32.const -9
            i32.add
            local.set $fuel
            br $7
            unreachable
          end
          local.get $fuel
          i32.const -6
          i32.add
          local.set $fuel
          br $7
          unreachable
        end
        local.get $fuel
        i32.const -3
        i32.add
        local.set $fuel
        br $7
        unreachable
      end
;; 0x00001009  4a                    dec edx
      local.get $edx
      i32.const 1
      i32.sub
      local.tee $flags.result
      local.set $edx
;; 0x0000100a  75 f6                 jne short 0x1002
      local.get $flags.result
      i32.eqz
      i32.eqz
      if $13
        local.get $fuel
        i32.const -2
        i32.add
        local.set $fuel
        br $3
      end
;; 0x00001009  4a                    dec edx
;; 0x0000100c  c3                    ret
      local.get $stack
      i32.load
      local.set $eip
      local.get $fuel
      i32.const -3
      i32.add
      local.set $fuel
      local.get $ecx
      global.set $ecx
      local.get $edx
      global.set $edx
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
      unreachable
    end
    unreachable
  end
  unreachable
